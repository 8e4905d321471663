/** The functions of @std/assert in use here, over node:assert: JSR is not needed to run the tests. */

import nodeAssert from "node:assert/strict";

/** Deep strict equality; Maps, Sets and typed arrays by content. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.deepStrictEqual(actual, expected, message);
}

/** Truth. */
export function assert(value: unknown, message?: string): asserts value {
  nodeAssert.ok(value, message);
}

/** The text contains the part. */
export function assertStringIncludes(actual: string, part: string): void {
  nodeAssert.ok(actual.includes(part), `"${actual}" does not include "${part}"`);
}

/** The text matches. */
export function assertMatch(actual: string, pattern: RegExp): void {
  nodeAssert.match(actual, pattern);
}

// deno-lint-ignore no-explicit-any -- a constructor of any arguments, as in @std/assert
type ErrorClass = abstract new (...args: any[]) => Error;

function check(error: unknown, errorClass?: ErrorClass, part?: string): void {
  if (errorClass) nodeAssert.ok(error instanceof errorClass, `${error} is no ${errorClass.name}`);
  if (part !== undefined) assertStringIncludes(String((error as Error).message), part);
}

/** The call throws, of that class, with that text. */
export function assertThrows(call: () => unknown, errorClass?: ErrorClass, part?: string): void {
  nodeAssert.throws(call, (error: unknown) => (check(error, errorClass, part), true));
}

/** The promise rejects, with an error of that class, with that text. */
export async function assertRejects(
  call: () => Promise<unknown>,
  errorClass?: ErrorClass,
  part?: string,
): Promise<void> {
  await nodeAssert.rejects(call, (error: unknown) => (check(error, errorClass, part), true));
}
