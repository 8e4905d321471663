/** `deno task record`: writes what a cluster answers to a module into a file that TestManager.replay() plays back. */

import { parseArgs } from "node:util";
import { connect } from "./ceph/connect.ts";
import { systemIo } from "./ceph/io.ts";
import { readSettings } from "./ceph/settings.ts";
import { WaitingNotes } from "./ceph/waiting_notes.ts";
import { print, printError } from "./print.ts";
import { type ModuleChoice, record } from "./record/record.ts";

const HELP = `deno task record [-c CEPH.CONF] [-n NAME] [-o FILE] [--module MODULE [--kv FRONT]...]

  -c FILE        ceph.conf; that of the development cluster when there is none elsewhere
  -n NAME        who asks: client.admin when it is left out
  -o FILE        where it is written: recording.json when it is left out
  --module NAME  the options of that module go along
  --kv FRONT     and its keys that begin so; "" is all of them. Nothing of the store goes along without it

The active manager must be Ganglion. Keys, passwords and tokens are left out; addresses, names of hosts and pools are
in the file.
`;
const DEFAULT_FILE = "recording.json";
const TIMEOUT_MS = 30_000;
/** The file tells much of a cluster. */
const MODE = 0o600;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", short: "h" },
      conf: { type: "string", short: "c" },
      name: { type: "string", short: "n" },
      out: { type: "string", short: "o", default: DEFAULT_FILE },
      module: { type: "string" },
      kv: { type: "string", multiple: true, default: [] },
    },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const { conf, name, module, kv } = values;
  if (module === undefined && kv.length > 0) {
    throw new Error("Cannot record keys of no module: give --module");
  }
  const choice = module === undefined ? undefined : { name: module, kv };
  const text = await recordFrom({ ...(conf && { conf }), ...(name && { name }) }, choice);
  await Deno.writeTextFile(values.out, text, { mode: MODE });
  print(`${values.out}: ${Math.ceil(text.length / 1024)} KiB`);
  return 0;
}

async function recordFrom(
  who: { readonly conf?: string; readonly name?: string },
  choice: ModuleChoice | undefined,
): Promise<string> {
  const io = systemIo();
  const cluster = await connect(readSettings(who, [], io), io, new WaitingNotes(io), TIMEOUT_MS);
  try {
    return await record({
      command: (fields, mgr) => cluster.command(fields, new Uint8Array(), mgr),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      now: () => performance.now(),
    }, choice);
  } finally {
    cluster.close();
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (e) {
    printError((e as Error).message);
    Deno.exit(1);
  }
}
