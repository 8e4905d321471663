/**
 * `deno task test`: all tests; the last line is `N passed, N failed, N skipped`.
 *
 * First what needs nothing but Deno, in parallel and with the examples of the documentation; then the tests of real
 * clusters, two at a time. Under CI=true a machine without Ceph is a failure, not a skip.
 */

import { ensureCeph } from "./install_ceph.ts";
import { addCounts, NO_TESTS, readJunit, type TestCounts } from "./junit.ts";
import { print, printError } from "./print.ts";
import { filesBelow, TOP } from "./source_files.ts";

/** A run that takes longer hangs. */
const MAX_RUN_MS = 15 * 60_000;
const MAX_SKIPS_SHOWN = 10;
const CLUSTER = "tests/cluster";
/** Clusters at a time: their tests wait for daemons more than they work. More than two would starve each other's monitors. */
const CLUSTER_JOBS = "2";
/** The files that take longest begin first, or the other job would have nothing to do at the end. */
const LONGEST = ["dev_osd", "statistics", "session", "parity", "rados", "osd_map", "cli"].map((name) =>
  `${CLUSTER}/${name}_test.ts`
);
/** Not for the parallel run: the tests of clusters, and this file, whose name looks like that of a test. */
const NOT_UNIT = `--ignore=${CLUSTER},tools/test.ts,.dev`;

/** Runs `deno test`; a run that fails without a failed test (a type error, a crash) counts as one. */
async function denoTest(name: string, args: readonly string[], env: Record<string, string> = {}) {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-prompt", `--junit-path=${report}`, ...args],
      cwd: TOP,
      env,
      stdin: "null",
    }).spawn();
    const timer = setTimeout(() => child.kill("SIGKILL"), MAX_RUN_MS);
    const { success, code, signal } = await child.status;
    clearTimeout(timer);
    const counts = readJunit(await Deno.readTextFile(report));
    if (success || counts.failed > 0) return counts;
    const message = `deno test ended with ${signal ?? code}; its output is above`;
    return addCounts(counts, { ...NO_TESTS, failed: 1, failures: [{ file: "", name, message }] });
  } finally {
    await Deno.remove(report);
  }
}

async function clusterTests(): Promise<TestCounts> {
  const files = await filesBelow([CLUSTER], "_test.ts");
  if (files.length === 0) return NO_TESTS;
  if (await ensureCeph()) {
    const first = LONGEST.filter((file) => files.includes(file));
    const args = ["--parallel", ...first, ...files.filter((file) => !first.includes(file))];
    return await denoTest("tests of real clusters", args, { DENO_JOBS: CLUSTER_JOBS });
  }
  const message = "Ceph is not installed: the tests of real clusters did not run";
  if (Deno.env.get("CI") === "true") {
    return { ...NO_TESTS, failed: 1, failures: [{ file: CLUSTER, name: "real Ceph", message }] };
  }
  printError(`\n*** SKIPPED: ${message} (${files.join(", ")}) ***\n`);
  return { ...NO_TESTS, skipped: files.length, skips: files };
}

function printSkips(names: readonly string[]): void {
  if (names.length === 0) return;
  print(`\n${names.length} skipped:`);
  for (const name of names.slice(0, MAX_SKIPS_SHOWN)) print(`  ${name}`);
  if (names.length > MAX_SKIPS_SHOWN) print(`  and ${names.length - MAX_SKIPS_SHOWN} more`);
}

const started = performance.now();
const wanted = Deno.args.filter((arg) => arg === "--unit" || arg === "--cluster");
let counts = NO_TESTS;
if (!wanted.includes("--cluster")) {
  counts = addCounts(counts, await denoTest("unit tests", ["--parallel", "--doc", NOT_UNIT]));
}
if (!wanted.includes("--unit")) counts = addCounts(counts, await clusterTests());

for (const { file, name, message } of counts.failures) printError(`\nFAILED ${file}: ${name}\n${message}`);
printSkips(counts.skips);
print(`\n${Math.round((performance.now() - started) / 1000)} s`);
print(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
Deno.exit(counts.failed === 0 ? 0 : 1);
