/** Counts out of the machine-readable report that `deno test --junit-path` writes. */

/** One test that failed. */
export interface FailedTest {
  readonly file: string;
  readonly name: string;
  readonly message: string;
}

/** The sums of a run. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly FailedTest[];
  /** Names of the skipped ones. */
  readonly skips: readonly string[];
}

/** Nothing was run. */
export const NO_TESTS: TestCounts = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };

/** Reads a report. Each step of a test counts as one. */
export function readJunit(xml: string): TestCounts {
  const failures: FailedTest[] = [];
  const skips: string[] = [];
  let passed = 0;
  for (const [, head, body] of xml.matchAll(/<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)) {
    const name = attribute(head!, "name");
    const failure = /<(?:failure|error)\b[^>]*>(.*?)<\/(?:failure|error)>/s.exec(body ?? "");
    if (failure) failures.push({ file: attribute(head!, "classname"), name, message: unescape(failure[1]!) });
    else if (/<skipped\b/.test(body ?? "")) skips.push(name);
    else passed++;
  }
  return { passed, failed: failures.length, skipped: skips.length, failures, skips };
}

/** The sums of two runs. */
export function addCounts(a: TestCounts, b: TestCounts): TestCounts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
    skips: [...a.skips, ...b.skips],
  };
}

function attribute(head: string, name: string): string {
  return unescape(new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(head)?.[1] ?? "");
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescape(text: string): string {
  return text.replaceAll(/&(#x?[0-9a-f]+|\w+);/gi, (whole, entity: string) => {
    if (!entity.startsWith("#")) return ENTITIES[entity] ?? whole;
    const hex = entity[1]?.toLowerCase() === "x";
    return String.fromCodePoint(parseInt(entity.slice(hex ? 2 : 1), hex ? 16 : 10));
  });
}
