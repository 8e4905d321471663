/** The rotating secrets of our service: with them the tickets of our peers are opened. Upstream: auth/RotatingKeyRing.cc */

import { msOfUtime } from "../types/utime.ts";
import type { RotatingSecrets } from "./cephx_structs.ts";
import type { CryptoKey } from "./crypto_key.ts";

/** Previous, current, next. */
const COMPLETE = 3;

/** The table that the monitors gave last; always replaced as a whole. */
export class RotatingKeys {
  #secrets: RotatingSecrets["secrets"] = new Map();

  /** The secret that a ticket was sealed with. */
  get(id: bigint): CryptoKey | undefined {
    return this.#secrets.get(id)?.key;
  }

  /** There is something to open tickets with. */
  get ready(): boolean {
    return this.#secrets.size > 0;
  }

  replace(table: RotatingSecrets): void {
    this.#secrets = table.secrets;
  }

  /** A new table should be fetched: there are too few secrets, or the current one has expired. Wall clock. */
  stale(wallMs: number): boolean {
    const expiries = [...this.#secrets.values()].map((s) => msOfUtime(s.expires)).sort((a, b) => a - b);
    return expiries.length < COMPLETE || expiries[1]! <= wallMs;
  }
}
