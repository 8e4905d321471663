/** How much a module stores among the monitors' keys: what is there, and what is on its way. */

import type { ClusterLink } from "./cluster_link.ts";

/** One for each module. */
export class StoreQuota {
  readonly #front: string;
  readonly #link: Pick<ClusterLink, "storePrefix">;
  readonly #limit: () => number;
  #writing = 0;

  /** `limit` is in bytes of keys and values. */
  constructor(module: string, link: Pick<ClusterLink, "storePrefix">, limit: () => number) {
    this.#front = `mgr/${module}/`;
    this.#link = link;
    this.#limit = limit;
  }

  /** Writes a value under a key, both within the module's own. Throws when it would be too much. */
  async write(key: string, value: Uint8Array, write: () => Promise<void>): Promise<void> {
    const bytes = key.length + value.length;
    const total = this.#stored(key) + this.#writing + bytes;
    if (total > this.#limit()) {
      throw new RangeError(
        `Cannot set key '${key}': the keys of this module would hold ${total} bytes, limit_store allows ` +
          `${this.#limit()}`,
      );
    }
    this.#writing += bytes;
    try {
      await write();
    } finally {
      this.#writing -= bytes;
    }
  }

  /** Without the key that is written anew. */
  #stored(key: string): number {
    const own = this.#front + key;
    return this.#link.storePrefix(this.#front).reduce(
      (sum, [name, { length }]) => (name === own ? sum : sum + name.length - this.#front.length + length),
      0,
    );
  }
}
