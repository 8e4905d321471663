/** Which form of beacon a manager sends: standby, or available. Pure. */

import { NULL_MAP_EPOCH } from "./tenure.ts";

/**
 * `standby` offers this manager; `available` says that it serves, with addresses and commands; `paused` takes that back
 * for a moment and keeps the addresses, so that nobody reconnects.
 */
export type BeaconForm = "standby" | "available" | "paused";

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
 *
 * The monitors take the table of commands only when a manager becomes available. When it changes later, we are `paused`
 * until the MgrMap says so, and available again: sessions of daemons and clients stay.
 */
export class BeaconPolicy {
  readonly #name: string;
  readonly #gid: bigint;
  #announcing = false;
  #confirmed = false;
  #introduced = false;
  /** The commands have changed since they were announced: `wanted` until we are confirmed, then `pausing`. */
  #renewal: "none" | "wanted" | "pausing" = "none";

  constructor(name: string, gid: bigint) {
    this.#name = name;
    this.#gid = gid;
  }

  /** The form of a periodic beacon; undefined before the first MgrMap, when nobody knows which is right. */
  get form(): BeaconForm | undefined {
    if (!this.#introduced) return undefined;
    if (!this.#announcing) return "standby";
    return this.#renewal === "pausing" ? "paused" : "available";
  }

  /** The commands have changed. Answers with the forms to send at once. */
  announceAnew(): BeaconForm[] {
    // A manager that is not available yet may have told the old ones already; one that stands by has told none.
    if (this.#announcing && this.#renewal === "none") this.#renewal = "wanted";
    return this.#confirmed ? this.#pause() : [];
  }

  /** The monitors have what was announced, or nothing is to be announced now. */
  get settled(): boolean {
    return !this.#announcing || (this.#confirmed && this.#renewal === "none");
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
    if (map.epoch === NULL_MAP_EPOCH) {
      this.#renewal = "none";
      return this.#standBy(true);
    }
    if (map.activeGid === this.#gid) {
      this.#announcing = true;
      if (map.available) return this.#available();
      this.#renewal = this.#renewal === "pausing" ? "none" : this.#renewal;
      this.#confirmed = false;
      return ["available"];
    }
    this.#renewal = "none";
    if (map.activeGid === 0n || map.activeName === this.#name) {
      this.#announcing = true;
      this.#confirmed = false;
      return ["standby", "available"];
    }
    return this.#standBy(!known || wasAnnouncing);
  }

  #available(): BeaconForm[] {
    this.#confirmed = true;
    return this.#pause();
  }

  #pause(): BeaconForm[] {
    if (this.#renewal !== "wanted") return [];
    this.#renewal = "pausing";
    return ["paused"];
  }

  #standBy(tell: boolean): BeaconForm[] {
    this.#announcing = false;
    this.#confirmed = false;
    return tell ? ["standby"] : [];
  }
}
