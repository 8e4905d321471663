/** The rotating secrets of our service: with them the tickets of our peers are opened. Upstream: auth/RotatingKeyRing.cc */

import { msOfUtime } from "../types/utime.ts";
import type { RotatingSecrets } from "./cephx_structs.ts";
import type { CryptoKey } from "./crypto_key.ts";

/** Previous, current, next. */
const COMPLETE = 3;
/** The monitor needs a moment to make a new secret after one has expired. Upstream: MonClient::_check_auth_rotating */
const MAX_DELAY_MS = 30_000;

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

  /**
   * A new table should be fetched: there are too few secrets, or the current one expired a while ago (30 s, or a
   * quarter of a secret's life where that is shorter). Wall clock, as expirations are the monitor's.
   */
  stale(wallMs: number): boolean {
    const expiries = [...this.#secrets.values()].map((s) => msOfUtime(s.expires)).sort((a, b) => a - b);
    if (expiries.length < COMPLETE) return true;
    const life = expiries[2]! - expiries[1]!;
    return expiries[1]! <= wallMs - Math.min(MAX_DELAY_MS, life / 4);
  }
}
