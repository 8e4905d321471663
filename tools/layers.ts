/** Who may import whom, and where an import breaks that. */

import { isTest } from "./source_files.ts";

/** One import of a file by a file; both are paths from the top, or the whole specifier when it is outside. */
export interface Import {
  readonly from: string;
  readonly to: string;
  /** Only types: nothing of it is there at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** What a folder may import beside itself and packages. `types` are folders of which only types may be imported. */
interface Layer {
  readonly folder: string;
  readonly may: readonly string[];
  readonly types?: readonly string[];
}

const BYTES = ["mgr/encoding", "mgr/types", "mgr/time"];

/** Most specific folders first; down only. */
export const LAYERS: readonly Layer[] = [
  { folder: "mgr/encoding", may: [] },
  { folder: "mgr/time", may: [] },
  { folder: "mgr/types", may: ["mgr/encoding"], types: ["sdk"] },
  { folder: "mgr/crush", may: ["mgr/encoding", "mgr/types"] },
  { folder: "mgr/messages", may: BYTES },
  { folder: "mgr/auth", may: BYTES, types: ["mgr/msgr/authenticator.ts"] },
  { folder: "mgr/msgr", may: BYTES },
  { folder: "mgr/config", may: ["mgr/encoding", "mgr/types"] },
  { folder: "mgr/state", may: [...BYTES, "mgr/crush"] },
  { folder: "mgr/mon", may: [...BYTES, "mgr/msgr", "mgr/auth", "mgr/messages", "mgr/config"] },
  { folder: "mgr/rados", may: [...BYTES, "mgr/msgr", "mgr/auth", "mgr/messages", "mgr/config", "mgr/crush"] },
  { folder: "mgr/tell", may: [...BYTES, "mgr/msgr", "mgr/messages", "mgr/rados"] },
  { folder: "mgr/daemons", may: [...BYTES, "mgr/msgr", "mgr/auth", "mgr/messages", "mgr/state"] },
  {
    folder: "mgr/host/runner",
    may: [
      "mgr/encoding",
      "mgr/types",
      "mgr/crush",
      "mgr/host/contract",
      "mgr/host/rpc",
      "mgr/host/call_errors",
      "mgr/host/envelope_check",
      "mgr/host/common_options",
      "mgr/host/stat_page",
      "sdk",
    ],
  },
  // A permission of a module constrains arguments as the caps of a client do.
  { folder: "mgr/host/permissions", may: ["mgr/auth/mgr_cap", "mgr/auth/mgr_cap_parser"] },
  { folder: "mgr/host", may: [...BYTES, "mgr/state", "sdk"] },
  { folder: "mgr", may: ["mgr"] },
  {
    // What stands between a module and the test manager is the manager's own code.
    folder: "sdk/testing",
    may: [
      "mgr/encoding",
      "mgr/types",
      "mgr/crush",
      "mgr/host/contract",
      "mgr/host/common_options",
      "mgr/host/command_signature",
      "mgr/host/log_route",
      "mgr/host/call_needs",
      "mgr/host/permissions",
      "mgr/host/runner",
      // A cluster in memory is the manager's state, read through the manager's own tables.
      "mgr/state",
      "mgr/config",
      "mgr/time",
      "mgr/health_options",
      "mgr/cluster_data",
      "mgr/module_reads",
      "mgr/stat_feed",
      "sdk",
    ],
  },
  { folder: "sdk", may: [] },
  { folder: "modules", may: ["sdk"] },
  { folder: "tests", may: ["mgr", "sdk", "modules", "tools"] },
  { folder: "tools", may: ["mgr", "sdk", "modules", "tests"] },
];

/** One line for each import that the table does not allow. */
export function layerViolations(imports: readonly Import[]): string[] {
  return imports.map(violation).filter((line) => line !== undefined);
}

function violation({ from, to, typeOnly, line }: Import): string | undefined {
  if (/^(?:https?|jsr):/.test(to)) {
    return `${from}:${line}: imports ${to}: only npm: and node: packages are allowed`;
  }
  if (/^[a-z]+:/.test(to) || isTest(from)) return undefined;
  const layer = layerOf(from);
  if (!layer) return `${from}: is in no folder of the table`;
  const home = ownFolder(layer, from);
  const allowed = [home, ...layer.may, ...(typeOnly ? layer.types ?? [] : [])];
  if (allowed.some((folder) => isBelow(to, folder))) return undefined;
  return `${from}:${line}: imports ${to}: ${home} may import ${layer.may.join(", ") || "nothing"}`;
}

function layerOf(path: string): Layer | undefined {
  return LAYERS.find(({ folder }) => isBelow(path, folder));
}

/** Each module is a folder of its own: it must not import another one. */
function ownFolder({ folder }: Layer, path: string): string {
  return folder === "modules" ? path.split("/").slice(0, 2).join("/") : folder;
}

/** A table entry names a folder, a file, or a file without `.ts`. */
function isBelow(path: string, folder: string): boolean {
  return path === folder || path === `${folder}.ts` || path.startsWith(`${folder}/`);
}

/** Each cycle of imports that exist at run time, once, as a list of files. */
export function importCycles(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports) {
    if (!typeOnly && from !== to) next.set(from, [...next.get(from) ?? [], to]);
  }
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) return void cycles.push([...path.slice(start), file]);
    if (done.has(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of [...next.keys()].sort()) visit(file, []);
  return cycles;
}
