/** Commands to one monitor, whichever of them we have a session with: a connection and a login for each. Upstream: MonClient::_send_command */

import { MCommand, MCommandReply } from "../messages/command.ts";
import { pack, unpack } from "../messages/message.ts";
import type { Authenticator } from "../msgr/authenticator.ts";
import type { Messenger } from "../msgr/messenger.ts";
import type { Clock } from "../time/clock.ts";
import { TimedOutError } from "../time/timed_out.ts";
import { type EntityAddr, msgr2Addr } from "../types/entity_addr.ts";
import { EntityType } from "../types/entity_name.ts";
import type { MonInfo, MonMap } from "../types/mon_map.ts";
import { answer, type CommandAnswer, type TellOptions } from "./daemon_commands.ts";

/** Each has a connection. */
export const MAX_MON_TELLS = 32;

const ENOENT = -2;
const NOTHING = new Uint8Array(0);

/** What it needs. */
export interface MonTellParts {
  readonly clock: Clock;
  readonly messenger: Pick<Messenger, "connect">;
  /** A login as nobody in particular: it must not change who the manager is. */
  readonly login: () => Authenticator;
  readonly monMap: () => MonMap | undefined;
}

/** Commands to monitors by name or rank. */
export class MonTell {
  readonly #parts: MonTellParts;
  #open = 0;

  constructor(parts: MonTellParts) {
    this.#parts = parts;
  }

  /** Resolves with what the monitor answers; rejects when there is no answer. */
  async send(id: string, command: string, options: TellOptions): Promise<CommandAnswer> {
    const map = this.#parts.monMap();
    const addr = msgr2Addr(find(map, id)?.publicAddrs ?? []);
    if (map === undefined || addr === undefined) {
      return answer(ENOENT, /^\d+$/.test(id) ? "mon rank dne" : "mon dne");
    }
    if (this.#open >= MAX_MON_TELLS) {
      throw new Error(`Cannot send a command to mon.${id}: ${MAX_MON_TELLS} such commands are unanswered`);
    }
    this.#open++;
    const stop = new AbortController();
    try {
      const message = { fsid: map.fsid, cmd: [command], data: options.input ?? NOTHING };
      return await this.#limited(id, options, stop, this.#ask(addr, message, stop.signal));
    } finally {
      stop.abort(new Error("the command is over"));
      this.#open--;
    }
  }

  #limited(
    id: string,
    o: TellOptions,
    stop: AbortController,
    asked: Promise<CommandAnswer>,
  ): Promise<CommandAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<CommandAnswer>();
    asked.then(resolve, reject);
    const seconds = o.timeoutMs / 1000;
    const timer = this.#parts.clock.after(o.timeoutMs, () => {
      reject(new TimedOutError(`Cannot complete a command: mon.${id} has not answered in ${seconds} s`));
    });
    const onAbort = (): void => reject(o.signal!.reason);
    o.signal?.addEventListener("abort", onAbort, { once: true });
    stop.signal.addEventListener("abort", () => {
      timer.cancel();
      o.signal?.removeEventListener("abort", onAbort);
    });
    return promise;
  }

  async #ask(addr: EntityAddr, message: MCommand, signal: AbortSignal): Promise<CommandAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<CommandAnswer>();
    const target = { addr, peerType: EntityType.mon, authenticator: this.#parts.login() };
    const connection = await this.#parts.messenger.connect(target, {
      open: (connection) => void connection.send(pack(MCommand, message, 1n)),
      message: (_, raw) => {
        if (raw.type === MCommandReply.type) resolve(unpack(MCommandReply, raw));
      },
      closed: (_, reason) => reject(new Error(`Cannot complete a command: ${reason.message}`)),
    }, signal);
    signal.addEventListener("abort", () => connection.close("the command is over"), { once: true });
    if (signal.aborted) connection.close("the command is over");
    return await promise;
  }
}

function find(map: MonMap | undefined, id: string): MonInfo | undefined {
  if (map === undefined) return undefined;
  return map.monInfo.get(/^\d+$/.test(id) ? map.ranks[Number(id)] ?? "" : id);
}
