/** What modules can read, equal to what they read in the real ceph-mgr. */

import { textReport } from "../../tools/parity/report.ts";
import { runParity } from "../../tools/parity/run.ts";
import { hasCeph } from "./real_cluster.ts";

const ignore = !await hasCeph();

Deno.test({ name: "Modules read the same as in the real ceph-mgr", ignore }, async () => {
  const different = (await runParity()).filter(({ differences }) => differences.length > 0);
  if (different.length > 0) throw new Error(`The two managers differ:\n${textReport(different)}`);
});
