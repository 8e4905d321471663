/** What a CRUSH rule is run with, and what it finds when it finds nothing. */

import type { ChooseArgMap } from "../types/crush_choose_args.ts";

/** No device: a hole. Upstream: CRUSH_ITEM_NONE */
export const NO_ITEM = 0x7fffffff;

/** The input of one run. */
export interface RuleInput {
  /** A number of 32 bits that selects the devices. */
  readonly x: number;
  /** Most devices that are wanted. */
  readonly max: number;
  /** "Reweight" of the devices by id, in 1/65536. */
  readonly weights: Uint32Array;
  /** Slots of buckets that draw with something else. */
  readonly args: ChooseArgMap | undefined;
}
