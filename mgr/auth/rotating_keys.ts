/** The rotating secrets of our service: with them the tickets of our peers are opened. Upstream: auth/RotatingKeyRing.cc */

import { msOfUtime } from "../types/utime.ts";
import type { RotatingSecrets } from "./cephx_structs.ts";
import type { CryptoKey } from "./crypto_key.ts";

/** Previous, current, next. */
const COMPLETE = 3;
/** The monitors replace a secret once in its life; a new table comes well before its last secret is needed. */
const FETCHES_IN_A_LIFE = 4;

/** The table that the monitors gave last; always replaced as a whole. */
export class RotatingKeys {
  #secrets: RotatingSecrets["secrets"] = new Map();
  #fetchedAt = 0;

  /** The secret that a ticket was sealed with. */
  get(id: bigint): CryptoKey | undefined {
    return this.#secrets.get(id)?.key;
  }

  /** There is something to open tickets with. */
  get ready(): boolean {
    return this.#secrets.size > 0;
  }

  /** `now` in monotonic milliseconds. */
  replace(table: RotatingSecrets, now: number): void {
    this.#secrets = table.secrets;
    this.#fetchedAt = now;
  }

  /**
   * A new table should be fetched: there are too few secrets, or a quarter of a secret's life has passed. Expirations
   * are compared with each other only, as our wall clock need not be the monitors'; ceph-mgr, which compares them with
   * its own, asks once a second when its clock is ahead.
   */
  stale(now: number): boolean {
    const expiries = [...this.#secrets.values()].map((s) => msOfUtime(s.expires)).sort((a, b) => a - b);
    if (expiries.length < COMPLETE) return true;
    return now - this.#fetchedAt >= (expiries[2]! - expiries[1]!) / FETCHES_IN_A_LIFE;
  }
}
