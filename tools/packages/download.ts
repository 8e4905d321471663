/** Reads of registries: with a deadline, a limit on what comes, and errors that name the registry. */

import { PackageError } from "./package_error.ts";

/** A registry that has not answered by then is not there. */
const TIMEOUT_MS = 60_000;
/** Of the description of a package with all its versions. */
const MAX_JSON_BYTES = 32 * 1024 * 1024;

/** The body, at most `maxBytes` of it. Throws PackageError. */
export async function download(url: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) {
      await response.body?.cancel();
      throw new PackageError(`Cannot get ${url}: ${response.status} ${response.statusText}`);
    }
    return await readAtMost(response.body, maxBytes, url);
  } catch (e) {
    if (e instanceof PackageError) throw e;
    throw new PackageError(`Cannot reach the registry for ${url}: ${e instanceof Error ? e.message : e}`);
  }
}

/** The same as JSON. */
export async function downloadJson(url: string): Promise<unknown> {
  const bytes = await download(url, MAX_JSON_BYTES);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new PackageError(`Cannot read ${url}: it is no JSON`);
  }
}

/** All bytes of a stream. Throws PackageError when they are more. */
export async function readAtMost(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  what: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new PackageError(`Cannot use ${what}: it is more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
