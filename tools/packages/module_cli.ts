/** `ganglion module add | ls | update | rollback | remove`: packages of the manager of this machine. */

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { packageStore } from "../../mgr/host/packages/package_store.ts";
import type { PackageVersion } from "../../mgr/host/packages/package_record.ts";
import { type Change, Installer } from "./installer.ts";
import { findMgrData } from "./manager_place.ts";
import { managerHas } from "./manager_wait.ts";
import { diffText } from "./permission_diff.ts";
import { registriesOf } from "./registries.ts";

const USAGE_EXIT = 2;
const BUILTIN = fileURLToPath(import.meta.resolve("../../modules"));

const USAGE =
  `usage: ganglion module add SOURCE [--name NAME]     a directory, jsr:@scope/name[@version], npm:name[@version]
       ganglion module ls
       ganglion module update NAME [SOURCE]         the newest version that the source allows
       ganglion module rollback NAME                the version before
       ganglion module remove NAME
of the manager of this machine: -i ID, -c CEPH.CONF, --mgr-data DIR
`;

const OPTIONS = {
  id: { type: "string", short: "i" },
  conf: { type: "string", short: "c" },
  "mgr-data": { type: "string" },
  name: { type: "string" },
} as const;

/** A path is written down as one that means the same everywhere; `deno task` says where it was called. */
function absolute(source: string): string {
  return /^[a-z]+:/.test(source) ? source : resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), source);
}

/** Who prints. */
export interface ModuleIo {
  readonly env: (name: string) => string | undefined;
  out(text: string): void;
  err(text: string): void;
}

/** What to print, and which version is in use now, if there is another one. */
interface Outcome {
  readonly text: string;
  readonly module?: string;
  readonly version?: PackageVersion;
}

/** What a subcommand does with its words. */
interface Subcommand {
  /** How many words it takes: at least, at most. */
  readonly words: readonly [min: number, max: number];
  readonly run: (
    installer: Installer,
    words: readonly string[],
    name: string | undefined,
  ) => Promise<Outcome>;
}

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  add: { words: [1, 1], run: add },
  ls: { words: [0, 0], run: list },
  update: {
    words: [1, 2],
    run: async (installer, [name, source]) =>
      changed(name!, await installer.update(name!, source && absolute(source))),
  },
  rollback: {
    words: [1, 1],
    run: async (installer, [name]) => changed(name!, await installer.rollback(name!)),
  },
  remove: { words: [1, 1], run: remove },
};

/** Whether the words are a command of this file; all others of `module` are the manager's own. */
export function isLocalModuleCommand(words: readonly string[]): boolean {
  return words[0] === "module" && Object.hasOwn(SUBCOMMANDS, words[1] ?? "");
}

/** Carries out `module ...`. Resolves with the exit code; never rejects. */
export async function moduleCli(words: readonly string[], io: ModuleIo): Promise<number> {
  try {
    const { positionals: [, verb = "", ...rest], values } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: OPTIONS,
    });
    const command = SUBCOMMANDS[verb]!;
    const [min, max] = command.words;
    if (rest.length < min || rest.length > max) return usage(io);
    // Whoever the manager runs as, it has to read what is installed.
    Deno.umask(0o022);
    const mgrData = await findMgrData({ id: values.id, conf: values.conf, mgrData: values["mgr-data"] });
    const { text, module, version } = await command.run(installerOf(mgrData, io), rest, values.name);
    io.out(text);
    if (module !== undefined && version !== undefined) {
      const has = await managerHas(mgrData, module, version.id);
      io.out(
        has ? "the manager has it now\n" : "no manager runs here that has it now; one that is started does\n",
      );
    }
    return 0;
  } catch (e) {
    if (e instanceof TypeError) return usage(io, e.message);
    io.err(`${e instanceof Error ? e.message : e}\n`);
    return 1;
  }
}

function usage(io: ModuleIo, why?: string): number {
  io.err(`${why === undefined ? "" : `${why}\n`}${USAGE}`);
  return USAGE_EXIT;
}

function installerOf(mgrData: string, io: ModuleIo): Installer {
  return new Installer({
    store: packageStore(mgrData),
    registries: registriesOf(io.env),
    builtin: new Set(Array.from(Deno.readDirSync(BUILTIN), ({ name }) => name)),
    now: () => new Date().toISOString(),
  });
}

const titleOf = ({ pinned, version }: PackageVersion): string =>
  /^(?:jsr|npm):/.test(pinned) || version === "" ? pinned : `${version} of ${pinned}`;

async function add(installer: Installer, [source]: readonly string[], name?: string): Promise<Outcome> {
  const { name: module, versions: [version] } = await installer.add(absolute(source!), name);
  const files = Object.keys(version.files).length;
  const text = `installed ${module}: ${titleOf(version)}, ${files} files\n` +
    `"ceph mgr module enable ${module}" lets it run\n`;
  return { text, module, version };
}

async function list(installer: Installer): Promise<Outcome> {
  const records = await installer.list();
  if (records.length === 0) return { text: "no packages are installed\n" };
  const lines = records.map(({ name, versions: [current, ...others] }) => {
    const before = others.length === 0 ? "" : `, before: ${others.map(({ version }) => version).join(", ")}`;
    return `${name}  ${titleOf(current)}, ${current.installed.slice(0, 10)}${before}\n`;
  });
  return { text: lines.join("") };
}

function changed(module: string, { from, to, permissions }: Change): Outcome {
  if (from.id === to.id) return { text: `${module} is the newest already: ${titleOf(to)}\n` };
  const text = `${module}: ${titleOf(from)} -> ${titleOf(to)}\n${diffText(module, permissions)}`;
  return { text, module, version: to };
}

async function remove(installer: Installer, [name]: readonly string[]): Promise<Outcome> {
  await installer.remove(name!);
  return {
    text:
      `removed ${name}; ceph mgr module disable ${name} takes it off the list of modules that are wanted\n`,
  };
}
