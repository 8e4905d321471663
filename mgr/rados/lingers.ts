/** What must live on at whichever OSD serves its object: watches, and notifies that are not complete. Upstream: Objecter::LingerOp */

import { unpack } from "../messages/message.ts";
import { MWatchNotify } from "../messages/watch_notify.ts";
import type { RawMessage } from "../types/raw_message.ts";
import { type MapView, place, type Target } from "./placement.ts";
import { Errno, RadosError } from "./rados_error.ts";

/** More are refused: each sends a message every few seconds. */
export const MAX_LINGERS = 4096;

/** A watch or a notify. */
export interface Linger {
  readonly target: Target;
  /** OpFlag: whether its operations read and write. */
  readonly access: number;
  /** The OSD that knew of it knows no more: it must be made known again. */
  restart(): void;
  event(message: MWatchNotify): void;
  /** It is over: the pool is gone, or the client ends. */
  end(error: Error): void;
}

interface Place {
  readonly linger: Linger;
  interval: string | undefined;
  primary: number | undefined;
}

/** All lingers of a client, by cookie. */
export class Lingers {
  readonly #places = new Map<bigint, Place>();
  #view: MapView | undefined;
  #lastCookie = 0n;

  get size(): number {
    return this.#places.size;
  }

  /** Keeps what `make` makes, under a cookie of its own. Throws when there are too many. */
  add<L extends Linger>(make: (cookie: bigint) => L): L {
    if (this.#places.size >= MAX_LINGERS) {
      throw new Error(`Cannot watch or notify: there are ${MAX_LINGERS} watches and notifies already`);
    }
    const cookie = ++this.#lastCookie;
    const linger = make(cookie);
    const place: Place = { linger, interval: undefined, primary: undefined };
    this.#places.set(cookie, place);
    this.#look(place);
    return linger;
  }

  remove(cookie: bigint): void {
    this.#places.delete(cookie);
  }

  /** A newer map: restarts those whose PG is served otherwise; all of them when epochs were left out. */
  osdMap(view: MapView, skipped: boolean): void {
    this.#view = view;
    for (const place of [...this.#places.values()]) {
      const known = place.interval;
      this.#look(place);
      if (known === undefined) continue;
      if (place.interval === undefined) place.linger.end(poolGone());
      else if (skipped || place.interval !== known) place.linger.restart();
    }
  }

  /** The session with an OSD is lost: restarts those that it served. */
  lost(osd: number): void {
    for (const { primary, linger } of [...this.#places.values()]) if (primary === osd) linger.restart();
  }

  /** MWatchNotify. Throws DecodeError. */
  event(raw: RawMessage): void {
    const message = unpack(MWatchNotify, raw);
    this.#places.get(message.cookie)?.linger.event(message);
  }

  /** The client ends. */
  close(error: Error): void {
    const places = [...this.#places.values()];
    this.#places.clear();
    for (const { linger } of places) linger.end(error);
  }

  #look(at: Place): void {
    const placement = this.#view && place(this.#view, at.linger.target, at.linger.access);
    at.interval = placement?.interval;
    at.primary = placement?.primary;
  }
}

function poolGone(): Error {
  return new RadosError("watch or notify", Errno.noEntry, "the pool is gone");
}
