/** Recorded vectors of the wire specification, read from beside the repository; undefined when they are not there. */

/** One entry of spec/vectors.json. */
export function specVectors<T>(key: string): T | undefined {
  return read<Record<string, T>>("vectors.json")?.[key];
}

/** One entry of spec/fixtures.json. */
export function specFixtures<T>(key: string): T | undefined {
  return read<Record<string, T>>("fixtures.json")?.[key];
}

function read<T>(name: string): T | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(new URL(`../../shared/spec/${name}`, import.meta.url)));
  } catch (e) {
    if (e instanceof Deno.errors.NotFound) return undefined;
    throw e;
  }
}
