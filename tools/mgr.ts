/** `deno task mgr`: the manager of this tree with the flags of ceph-mgr, or a development cluster where no cluster is named. */

import { main } from "../mgr/main.ts";
import { chooseInvocation } from "./dev_cluster/invocation.ts";
import { runDevCluster } from "./dev_cluster/main.ts";
import { printError } from "./print.ts";

const USAGE_EXIT = 2;

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

const invocation = chooseInvocation(Deno.args, { env: Deno.env.toObject(), exists });
switch (invocation.kind) {
  case "daemon":
    Deno.exit(await main(invocation.args));
    break;
  case "dev":
    Deno.exit(await runDevCluster(invocation));
    break;
  case "usage":
    printError(invocation.message);
    Deno.exit(USAGE_EXIT);
}
