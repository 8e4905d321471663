/** What a test lets go wrong between the development monitor and its peers. */

import { MMonGetVersionReply } from "../../../mgr/messages/mon_get_version.ts";
import { MMonMap } from "../../../mgr/messages/mon_map.ts";
import { MOSDMap } from "../../../mgr/messages/osd_map.ts";
import { pack, type RawMessage, unpack } from "../../../mgr/messages/message.ts";
import type { Clock, Timer } from "../../../mgr/time/clock.ts";
import type { EntityAddr } from "../../../mgr/types/entity_addr.ts";
import type { MonMap } from "../../../mgr/types/mon_map.ts";
import { SkewedClock } from "./skewed_clock.ts";

/** A message that waits to be overtaken goes on after so long, when none comes. */
const OVERTAKE_MS = 1_000;
/** Lies about epochs go no further: a client that believes them must still be able to go on when they end. */
export const MAX_LIE = 1_000;

/** A session, as far as chaos looks at it. */
export interface ChaosSession {
  /** `mgr.x` */
  readonly entity: string;
  /** Ends the connection. */
  close(reason: string): void;
}

/** What happens to a message. */
export type ChaosAction =
  | { readonly kind: "drop" }
  | { readonly kind: "delay"; readonly ms: number }
  /** Kept until `release()`. */
  | { readonly kind: "hold" }
  /** The connection ends in its place. */
  | { readonly kind: "reset" }
  /** The next message of the same kind overtakes it. */
  | { readonly kind: "reorder" };

/** Which messages, and what happens to them. */
export interface ChaosRule {
  readonly action: ChaosAction;
  /** "in": from peers; "out": to them. */
  readonly direction: "in" | "out";
  /** Number of the message's type; all of them when missing. */
  readonly type?: number;
  /** Name of the peer; all of them when missing. */
  readonly entity?: string | RegExp;
  /** So many messages, then no more; all of them when missing. */
  readonly times?: number;
}

/** A rule in force. */
export class ChaosHandle {
  readonly rule: ChaosRule;
  /** Messages that it has met. */
  hits = 0;
  #active = true;
  #held: (() => void)[] = [];
  #overtaken: { readonly pass: () => void; readonly timer: Timer } | undefined;

  constructor(rule: ChaosRule) {
    this.rule = rule;
  }

  /** Lets the messages go that "hold" has kept, in their order. */
  release(): void {
    for (const pass of this.#held.splice(0)) pass();
  }

  /** Ends the rule; what it holds goes on. */
  remove(): void {
    this.#active = false;
    this.release();
    this.#letOvertaken();
  }

  /** Whether the rule takes the message; counts it then. */
  takes(direction: "in" | "out", session: ChaosSession, raw: RawMessage): boolean {
    const { type, entity, times = Infinity } = this.rule;
    const isOurs = this.#active && direction === this.rule.direction && this.hits < times &&
      (type === undefined || type === raw.type) && isNamed(session.entity, entity);
    if (isOurs) this.hits++;
    return isOurs;
  }

  /** Does to a message what the rule says; `pass` lets it go on. */
  apply(session: ChaosSession, clock: Clock, pass: () => void): void {
    const { action } = this.rule;
    switch (action.kind) {
      case "drop":
        return;
      case "delay":
        return void clock.after(action.ms, pass);
      case "hold":
        return void this.#held.push(pass);
      case "reset":
        return session.close("chaos");
      case "reorder":
        return this.#reorder(clock, pass);
    }
  }

  #reorder(clock: Clock, pass: () => void): void {
    if (this.#overtaken !== undefined) {
      pass();
      return this.#letOvertaken();
    }
    const timer = clock.after(OVERTAKE_MS, () => this.#letOvertaken());
    this.#overtaken = { pass, timer };
  }

  #letOvertaken(): void {
    const overtaken = this.#overtaken;
    this.#overtaken = undefined;
    overtaken?.timer.cancel();
    overtaken?.pass();
  }
}

function isNamed(name: string, wanted: string | RegExp | undefined): boolean {
  return wanted === undefined || (typeof wanted === "string" ? wanted === name : wanted.test(name));
}

/** All switches of one monitor. By default nothing goes wrong. */
export class Chaos {
  /** The monitor's time. */
  readonly clock: SkewedClock;
  #rules: ChaosHandle[] = [];
  #lie = 0;
  #refusing = false;
  #redirect: readonly EntityAddr[] | undefined;
  #frozen: PromiseWithResolvers<void> | undefined;

  constructor(clock: Clock) {
    this.clock = new SkewedClock(clock);
  }

  /** A further rule; the first that takes a message decides. */
  add(rule: ChaosRule): ChaosHandle {
    const handle = new ChaosHandle(rule);
    this.#rules.push(handle);
    return handle;
  }

  /** Epochs that clients are told are so much too high or too low, MAX_LIE at most. */
  lieAboutEpochs(by: number): void {
    this.#lie = Math.max(-MAX_LIE, Math.min(MAX_LIE, Math.trunc(by)));
  }

  /** Nobody is let in any more; sessions that are open stay. */
  refuseLogins(on = true): void {
    this.#refusing = on;
  }

  get refuses(): boolean {
    return this.#refusing;
  }

  /** Peers are told that the monitor is elsewhere; undefined ends that. */
  redirectTo(addrs: readonly EntityAddr[] | undefined): void {
    this.#redirect = addrs;
  }

  /** Stops answering anything, keepalives too: as a process that hangs. */
  freeze(): void {
    this.#frozen ??= Promise.withResolvers();
  }

  /** Goes on where it stopped: what has come meanwhile is read now. */
  thaw(): void {
    this.#frozen?.resolve();
    this.#frozen = undefined;
  }

  /** Settles when the monitor is not frozen; undefined when it is not now. */
  get frozen(): Promise<void> | undefined {
    return this.#frozen?.promise;
  }

  /** Everything is as it should be again. */
  clear(): void {
    const rules = this.#rules;
    this.#rules = [];
    for (const rule of rules) rule.remove();
    this.#lie = 0;
    this.#refusing = false;
    this.#redirect = undefined;
    this.clock.skew(0);
    this.thaw();
  }

  /** A message from a peer: `pass` handles it. */
  incoming(session: ChaosSession, raw: RawMessage, pass: () => void): void {
    this.#through("in", session, raw, pass);
  }

  /** A message to a peer: `pass` sends it, perhaps another one in its place. */
  outgoing(session: ChaosSession, raw: RawMessage, pass: (raw: RawMessage) => void): void {
    const told = this.#told(raw);
    const send = (): void => pass(told);
    this.#through(
      "out",
      session,
      told,
      () => this.frozen === undefined ? send() : void this.frozen.then(send),
    );
  }

  #through(direction: "in" | "out", session: ChaosSession, raw: RawMessage, pass: () => void): void {
    const rule = this.#rules.find((handle) => handle.takes(direction, session, raw));
    if (rule === undefined) pass();
    else rule.apply(session, this.clock, pass);
  }

  /** The message with our lies in it. */
  #told(raw: RawMessage): RawMessage {
    if (this.#redirect !== undefined && raw.type === MMonMap.type) {
      const { monMap } = unpack(MMonMap, raw);
      return pack(MMonMap, { monMap: moved(monMap, this.#redirect) }, raw.tid);
    }
    if (this.#lie === 0) return raw;
    const lied = (epoch: number): number => Math.max(0, epoch + this.#lie);
    if (raw.type === MMonGetVersionReply.type) {
      const reply = unpack(MMonGetVersionReply, raw);
      return pack(MMonGetVersionReply, { ...reply, version: lied(reply.version) }, raw.tid);
    }
    if (raw.type !== MOSDMap.type) return raw;
    const maps = unpack(MOSDMap, raw);
    return pack(MOSDMap, { ...maps, newestMap: lied(maps.newestMap) }, raw.tid);
  }
}

/** The map with all monitors at other addresses, in a newer epoch. */
function moved(map: MonMap, publicAddrs: readonly EntityAddr[]): MonMap {
  const monInfo = new Map([...map.monInfo].map(([name, info]) => [name, { ...info, publicAddrs }]));
  return { ...map, epoch: map.epoch + 1, monInfo };
}
