/** `deno task mgr`: runs the manager of this tree, with the flags of ceph-mgr. */

import { main } from "../mgr/main.ts";

Deno.exit(await main(Deno.args));
