/** Reading a report of deno test. */

import { assertEquals } from "@std/assert";
import { addCounts, NO_TESTS, readJunit } from "./junit.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="4" failures="1" errors="0" time="0.034">
    <testsuite name="./a_test.ts" tests="4" disabled="1" errors="0" failures="1">
        <testcase name="a" classname="./a_test.ts" time="0.001" line="1" col="6">
        </testcase>
        <testcase name="b" classname="./a_test.ts" time="0.000" line="1" col="29">
            <skipped/>
        </testcase>
        <testcase name="c &lt;x&gt; &#x27;" classname="./a_test.ts" time="0.002" line="1" col="71">
            <failure message="Uncaught Error: boo">Error: boo
    at a &amp; b</failure>
        </testcase>
        <testcase name="d" classname="./a_test.ts" time="0.006"/>
    </testsuite>
</testsuites>`;

Deno.test("readJunit() counts passed, failed and skipped tests", () => {
  assertEquals(readJunit(REPORT), {
    passed: 2,
    failed: 1,
    skipped: 1,
    failures: [{ file: "./a_test.ts", name: "c <x> '", message: "Error: boo\n    at a & b" }],
    skips: ["b"],
  });
  assertEquals(readJunit("<testsuites/>"), NO_TESTS);
});

Deno.test("addCounts() sums", () => {
  const { passed, failed, skipped, failures, skips } = addCounts(readJunit(REPORT), readJunit(REPORT));
  assertEquals([passed, failed, skipped, failures.length, skips.length], [4, 2, 2, 2, 2]);
});
