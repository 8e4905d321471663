/** Keyring files: sections named after entities, each with a key. Upstream: auth/KeyRing.cc */

import { CryptoKey } from "./crypto_key.ts";

/** More entities than any keyring holds. */
const MAX_ENTITIES = 100_000;

/** Why there is no key. `errno` is negative, as librados has it: -2 no file, -5 not a keyring, -13 none of ours, -22 no key. */
export class KeyError extends Error {
  override readonly name = "KeyError";

  constructor(message: string, readonly errno: number) {
    super(message);
  }
}

const ENOENT = -2;
const EIO = -5;
const EACCES = -13;
const EINVAL = -22;

/** The keys of a keyring file. */
export class Keyring {
  readonly #keys: ReadonlyMap<string, CryptoKey>;

  constructor(keys: ReadonlyMap<string, CryptoKey>) {
    this.#keys = keys;
  }

  /** The key of `type.id`. */
  get(entity: string): CryptoKey | undefined {
    return this.#keys.get(entity);
  }

  /** Names of all entities. */
  entities(): string[] {
    return [...this.#keys.keys()];
  }

  /** Reads the text of a file named `path`. Throws a KeyError with file and line, never with a key. */
  static parse(text: string, path: string): Keyring {
    const keys = new Map<string, CryptoKey>();
    let entity: string | undefined;
    for (const [i, raw] of text.split("\n").entries()) {
      const line = raw.replace(/[#;].*$/, "").trim();
      if (line === "") continue;
      const where = `${path}:${i + 1}`;
      const section = /^\[\s*([^\]]+?)\s*\]$/.exec(line);
      if (section) {
        entity = section[1]!;
        continue;
      }
      const pair = /^([^=]+?)\s*=\s*(.*)$/.exec(line);
      if (!pair || entity === undefined) {
        throw new KeyError(`Cannot read keyring ${where}: expected [entity] or name = value`, EIO);
      }
      if (pair[1] === "key") keys.set(entity, readKey(pair[2]!, where, EIO));
      if (keys.size > MAX_ENTITIES) {
        throw new KeyError(`Cannot read keyring ${where}: more than ${MAX_ENTITIES} entities`, EIO);
      }
    }
    return new Keyring(keys);
  }
}

function readKey(text: string, where: string, errno: number): CryptoKey {
  try {
    return CryptoKey.fromBase64(text.replace(/^"(.*)"$/, "$1"));
  } catch (e) {
    throw new KeyError(`${e instanceof Error ? e.message : e} (${where})`, errno);
  }
}

/** The options that say where the key is. */
export interface KeySources {
  /** base64, inline. */
  readonly key: string;
  /** A file that holds only the base64. */
  readonly keyfile: string;
  /** Files by commas or blanks; the first that exists counts. */
  readonly keyring: string;
}

/** Finds the key of `entity`, or throws a KeyError. `read` throws Deno.errors.NotFound for a file that is not there. */
export function findKey(sources: KeySources, entity: string, read: (path: string) => string): CryptoKey {
  if (sources.key !== "") return readKey(sources.key, "option key", EINVAL);
  if (sources.keyfile !== "") return readKey(readOrExplain(sources.keyfile, read), sources.keyfile, EINVAL);
  const paths = sources.keyring.split(/[,;\s]+/).filter((path) => path !== "");
  for (const path of paths) {
    const text = readIfThere(path, read);
    if (text === undefined) continue;
    const key = Keyring.parse(text, path).get(entity);
    if (key === undefined) {
      throw new KeyError(`Cannot log in: keyring ${path} has no key of ${entity}`, EACCES);
    }
    return key;
  }
  throw new KeyError(
    `Cannot log in: no keyring for ${entity}: none of ${paths.join(", ")} exists. Name one with -k`,
    ENOENT,
  );
}

function readIfThere(path: string, read: (path: string) => string): string | undefined {
  try {
    return read(path);
  } catch (e) {
    if (e instanceof Deno.errors.NotFound) return undefined;
    throw new KeyError(`Cannot read keyring ${path}: ${e instanceof Error ? e.message : e}`, EACCES);
  }
}

function readOrExplain(path: string, read: (path: string) => string): string {
  const text = readIfThere(path, read);
  if (text === undefined) throw new KeyError(`Cannot read keyfile ${path}: there is no such file`, ENOENT);
  return text;
}
