/** Our copy of a part of the monitors' key-value store: what a `kv:` subscription pushes. No I/O. */

/** What MKVData says; a value of undefined is a removed key. */
export interface KvUpdate {
  readonly version: bigint;
  readonly incremental: boolean;
  readonly data: ReadonlyMap<string, Uint8Array | undefined>;
}

/** All keys under one subscribed prefix, with their full names. */
export class KvStore {
  #entries = new Map<string, Uint8Array>();
  #version = 0n;
  #complete = false;

  /** Version of the config-key service up to which this copy is right. */
  get version(): bigint {
    return this.#version;
  }

  /** A full dump has arrived. */
  get complete(): boolean {
    return this.#complete;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Uint8Array | undefined {
    return this.#entries.get(key);
  }

  /** Pairs whose key starts with `prefix`, in the order of the keys. */
  withPrefix(prefix: string): [string, Uint8Array][] {
    return [...this.#entries].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Takes an update; answers with the keys whose value is another one now. */
  apply(update: KvUpdate): string[] {
    const changed = update.incremental ? this.#patch(update.data) : this.#replace(update.data);
    this.#version = update.version;
    this.#complete ||= !update.incremental;
    return changed;
  }

  #patch(data: KvUpdate["data"]): string[] {
    const changed = [...data].filter(([key, value]) => !same(this.#entries.get(key), value)).map(([key]) =>
      key
    );
    for (const [key, value] of data) {
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, value);
    }
    return changed;
  }

  #replace(data: KvUpdate["data"]): string[] {
    const old = this.#entries;
    this.#entries = new Map();
    this.#patch(data);
    const keys = new Set([...old.keys(), ...this.#entries.keys()]);
    return [...keys].filter((key) => !same(old.get(key), this.#entries.get(key)));
  }
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
