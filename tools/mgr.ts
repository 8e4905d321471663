/** `deno task mgr`: runs the manager of this tree. */

import { main } from "../mgr/main.ts";

Deno.exitCode = await main(Deno.args);
