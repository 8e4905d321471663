/** Versions of packages and the ranges in use for them: exact, ^, ~, a front part. Upstream: semver.org */

const VERSION = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const RANGE = /^([\^~]?)(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?$/;

/** Whether a text names versions: exactly one, those of a range, or all. */
export function isRange(text: string): boolean {
  return text === "" || VERSION.test(text) || RANGE.test(text);
}

/** The newest version of the range; versions before their release only when they are named exactly. */
export function newestOf(versions: readonly string[], range: string): string | undefined {
  if (versions.includes(range)) return range;
  const fitting = versions.filter((version) =>
    VERSION.exec(version)?.[4] === undefined && fits(version, range)
  );
  return fitting.sort(compareVersions).at(-1);
}

/** Negative when `a` is older than `b`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const at = left.findIndex((n, i) => n !== right[i]);
  return at < 0 ? 0 : left[at]! - right[at]!;
}

function numbersOf(version: string): number[] {
  return VERSION.exec(version)?.slice(1, 4).map(Number) ?? [0, 0, 0];
}

function fits(version: string, range: string): boolean {
  if (!VERSION.test(version)) return false;
  if (range === "") return true;
  const [, operator, ...parts] = RANGE.exec(range) ?? [];
  if (operator === undefined) return false;
  const wanted = parts.filter((part) => part !== undefined).map(Number);
  const numbers = numbersOf(version);
  const fixed = fixedParts(operator, wanted);
  const least = [...wanted, 0, 0].slice(0, 3).join(".");
  return numbers.slice(0, fixed).every((n, i) => n === wanted[i]) && compareVersions(version, least) >= 0;
}

/** How many numbers a range fixes: ^0.2.1 the first two, ^1.2 the first. */
function fixedParts(operator: string, wanted: readonly number[]): number {
  if (operator === "") return wanted.length;
  if (operator === "~") return Math.min(wanted.length, 2);
  const firstNonZero = wanted.findIndex((n) => n > 0);
  return firstNonZero < 0 ? wanted.length : firstNonZero + 1;
}
