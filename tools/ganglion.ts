/** `ganglion`: the packages of this machine's manager, and the command line of `ceph` for all else. */

import { systemIo } from "./ceph/io.ts";
import { main } from "./ceph/main.ts";
import { isLocalModuleCommand, moduleCli } from "./packages/module_cli.ts";

const words = Deno.args[0] === "--" ? Deno.args.slice(1) : Deno.args;
const run = isLocalModuleCommand(words) ? moduleCli : main;
Deno.exit(await run(words, systemIo()));
