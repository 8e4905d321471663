/** The way to the active manager: waits for one, follows it when another takes over. Upstream: mgr/MgrClient.cc */

import { MMgrMap } from "../../mgr/messages/mgr_map.ts";
import { type RawMessage, unpack } from "../../mgr/messages/message.ts";
import type { CommandResult } from "../../mgr/mon/mon_client.ts";
import { AuthRefusedError } from "../../mgr/msgr/errors.ts";
import { type EntityAddr, formatTypedAddr, msgr2Addr } from "../../mgr/types/entity_addr.ts";
import type { MgrMap } from "../../mgr/types/mgr_map.ts";
import { reasonText } from "./cli_error.ts";
import { NoDaemonError } from "./locate.ts";
import type { Peer } from "./peer.ts";

/** mgr_connect_retry_interval */
const RETRY_MS = 1000;

/** What it needs of its owner. */
export interface MgrLinkOwner {
  /** Asks the monitors for the map, now and at each change. */
  subscribe(): void;
  dial(addr: EntityAddr): Promise<Peer>;
  sleep(ms: number): Promise<void>;
  /** Something takes longer, and why. */
  waiting(why: string): void;
}

/** One for a run. */
export class MgrLink {
  readonly #owner: MgrLinkOwner;
  #map: MgrMap | undefined;
  #changed = Promise.withResolvers<void>();
  #subscribed = false;
  #peer: { readonly peer: Peer; readonly gid: bigint } | undefined;
  #closed = false;

  constructor(owner: MgrLinkOwner) {
    this.#owner = owner;
  }

  /** A MgrMap came. */
  message(raw: RawMessage): void {
    this.#map = unpack(MMgrMap, raw).map;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** The map of now; asks for it the first time. */
  async map(): Promise<MgrMap> {
    if (!this.#subscribed) {
      this.#subscribed = true;
      this.#owner.subscribe();
    }
    while (this.#map === undefined) await this.#changed.promise;
    return this.#map;
  }

  /** Runs `ask` with the active manager; once more with the next one when its connection is lost. */
  async ask(ask: (peer: Peer) => Promise<CommandResult>): Promise<CommandResult> {
    while (true) {
      const { gid, addr } = await this.#active();
      try {
        if (this.#peer?.gid !== gid || !this.#peer.peer.isOpen) {
          this.#peer = { peer: await this.#owner.dial(addr), gid };
        }
        return await ask(this.#peer.peer);
      } catch (e) {
        if (e instanceof AuthRefusedError || e instanceof NoDaemonError || this.#closed) throw e;
        this.#owner.waiting(`the manager at ${formatTypedAddr(addr)}: ${reasonText(e)}`);
        await this.#owner.sleep(RETRY_MS);
      }
    }
  }

  /** Ends it; a question that waits fails. */
  close(): void {
    this.#closed = true;
    this.#peer?.peer.close();
  }

  async #active(): Promise<{ gid: bigint; addr: EntityAddr }> {
    while (true) {
      await this.map();
      const map = this.#map!;
      const addr = msgr2Addr(map.activeAddrs);
      if (map.available && addr !== undefined) return { gid: map.activeGid, addr };
      this.#owner.waiting("no manager is active");
      await this.#changed.promise;
    }
  }
}
