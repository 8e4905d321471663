/** Which form of beacon a manager sends: standby, or available. Pure. */

import { NULL_MAP_EPOCH } from "./tenure.ts";

/** `standby` offers this manager; `available` says that it serves, with addresses and commands. */
export type BeaconForm = "standby" | "available";

/** What of the MgrMap decides. */
export interface ActiveInMap {
  readonly epoch: number;
  readonly activeGid: bigint;
  readonly activeName: string;
  readonly available: boolean;
}

/**
 * Follows the MgrMap. When nobody is active, or the holder of the role is a former incarnation of ours, both forms go
 * out back to back: the monitors then commit "active" and "available" at once, a second earlier than one by one.
 * From the first available beacon on every beacon is one until a MgrMap says that we are not active, for a standby
 * beacon takes a pending activation back.
 */
export class BeaconPolicy {
  readonly #name: string;
  readonly #gid: bigint;
  #announcing = false;
  #confirmed = false;
  #introduced = false;

  constructor(name: string, gid: bigint) {
    this.#name = name;
    this.#gid = gid;
  }

  /** The form of a periodic beacon; undefined before the first MgrMap, when nobody knows which is right. */
  get form(): BeaconForm | undefined {
    if (!this.#introduced) return undefined;
    return this.#announcing ? "available" : "standby";
  }

  /** The monitors take the command table only from the beacons that make us available. */
  get withCommands(): boolean {
    return this.#announcing && !this.#confirmed;
  }

  /** The forms to send at once, in order. */
  mgrMap(map: ActiveInMap): BeaconForm[] {
    const known = this.#introduced;
    const wasAnnouncing = this.#announcing;
    this.#introduced = true;
    if (map.epoch === NULL_MAP_EPOCH) return this.#standBy(true);
    if (map.activeGid === this.#gid) {
      this.#announcing = true;
      this.#confirmed = map.available;
      return map.available ? [] : ["available"];
    }
    if (map.activeGid === 0n || map.activeName === this.#name) {
      this.#announcing = true;
      this.#confirmed = false;
      return ["standby", "available"];
    }
    return this.#standBy(!known || wasAnnouncing);
  }

  #standBy(tell: boolean): BeaconForm[] {
    this.#announcing = false;
    this.#confirmed = false;
    return tell ? ["standby"] : [];
  }
}
