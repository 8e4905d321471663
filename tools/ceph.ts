/** `deno task ceph`: administers a cluster, with the command line of the stock `ceph`. */

import { systemIo } from "./ceph/io.ts";
import { main } from "./ceph/main.ts";

Deno.exit(await main(Deno.args, systemIo()));
