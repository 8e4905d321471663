/**
 * `deno run -A tools/parity/main.ts`: compares what modules can read with the real ceph-mgr, and prints a table.
 * With `--write` the table goes into docs/coverage.md too.
 */

import { fileURLToPath } from "node:url";
import { print } from "../print.ts";
import { withParity } from "./coverage.ts";
import { textReport } from "./report.ts";
import { runParity } from "./run.ts";

const COVERAGE = fileURLToPath(import.meta.resolve("../../docs/coverage.md"));

const started = performance.now();
const reports = await runParity();
const differences = reports.reduce((sum, report) => sum + report.differences.length, 0);
print(textReport(reports));
print(
  `${reports.length} names, ${differences} differences, ${
    Math.round((performance.now() - started) / 1000)
  } s`,
);
if (Deno.args.includes("--write")) {
  const document = await Deno.readTextFile(COVERAGE).catch(() => "# Coverage\n");
  await Deno.writeTextFile(COVERAGE, withParity(document, reports));
}
Deno.exit(differences === 0 ? 0 : 1);
