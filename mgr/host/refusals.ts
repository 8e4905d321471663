/** Calls of one module that were refused: counted, told in the log, and what was missing for the operator. */

import { getLogger } from "@logtape/logtape";
import type { Clock } from "../time/clock.ts";
import { andMore, RateLimit } from "../time/rate_limit.ts";

const log = getLogger(["ganglion", "host"]);

/** Different permissions that are remembered: an operator is not shown more of them. */
const MAX_MISSING = 20;
/** Lines in the log, of one module. */
const LINES = 5;
const PERIOD_MS = 60_000;

/** Kept until the grants change or the module is disabled. */
export class Refusals {
  readonly #module: string;
  readonly #limit: RateLimit;
  readonly #missing = new Set<string>();
  #count = 0;

  constructor(module: string, clock: Clock) {
    this.#module = module;
    this.#limit = new RateLimit(clock, LINES, PERIOD_MS);
  }

  /** Since the manager was started. */
  get count(): number {
    return this.#count;
  }

  /** What was missing, as texts of permissions. */
  get missing(): readonly string[] {
    return [...this.#missing];
  }

  /** Takes a refusal; true when something is missing that was not before. */
  add(call: string, missing: readonly string[]): boolean {
    this.#count++;
    this.#limit.take((dropped) =>
      log.warn(
        `audit: module ${this.#module} was refused ${call}, it has no permission ${list(missing)}${
          andMore(dropped)
        }`,
      )
    );
    const before = this.#missing.size;
    for (const one of missing) if (this.#missing.size < MAX_MISSING) this.#missing.add(one);
    return this.#missing.size > before;
  }

  /** The operator has decided, or the module is off. */
  forget(): void {
    this.#missing.clear();
  }
}

const list = (missing: readonly string[]): string => missing.map((one) => `'${one}'`).join(" and ");
