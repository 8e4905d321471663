/** How long a command takes meanwhile: a client that asks at a steady pace, whether it was answered or not. */

import { MMgrCommand, MMgrCommandReply } from "../../mgr/messages/command.ts";
import { pack, type RawMessage, unpack } from "../../mgr/messages/message.ts";
import { ZERO_UUID } from "../../mgr/types/uuid.ts";
import { Gate } from "./gate.ts";
import { ManagerWatch } from "./manager_watch.ts";
import { MgrLink } from "./mgr_link.ts";
import type { Common } from "./plan.ts";

const PACE_MS = 25;
/** The manager answers it from what it holds, without a module. */
const QUESTION = JSON.stringify({ prefix: "service status", format: "json" });

/** Connects at once, and again when the manager is another one. */
export class CommandProbe implements Disposable {
  readonly #watch: ManagerWatch;
  readonly #asked = new Map<bigint, number>();
  #link: MgrLink | undefined;
  #tid = 0n;
  #ms: number[] = [];

  constructor(common: Common) {
    this.#watch = new ManagerWatch(common, (manager) => {
      this.#link ??= new MgrLink({ ...this.#watch.link, gate: new Gate(1) }, {
        message: (raw) => this.#answer(raw),
      });
      this.#link.follow(manager);
    });
  }

  get isOpen(): boolean {
    return this.#link?.isOpen ?? false;
  }

  /** Asks for so long; answers with the times that answers took, milliseconds. What is never answered is not among them. */
  async measure(seconds: number): Promise<number[]> {
    this.#ms = [];
    const timer = setInterval(() => this.#ask(), PACE_MS);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    clearInterval(timer);
    return this.#ms;
  }

  [Symbol.dispose](): void {
    this.#link?.follow(undefined);
    this.#watch.close();
  }

  #ask(): void {
    const tid = ++this.#tid;
    const raw = pack(MMgrCommand, { fsid: ZERO_UUID, cmd: [QUESTION], data: new Uint8Array(0) }, tid);
    if (this.#link?.send(raw)) this.#asked.set(tid, performance.now());
  }

  #answer(raw: RawMessage): void {
    const asked = this.#asked.get(raw.tid);
    if (raw.type !== MMgrCommandReply.type || asked === undefined) return;
    const { r, rs } = unpack(MMgrCommandReply, raw);
    if (r !== 0) throw new Error(`Cannot measure: the manager answers ${r} ${rs}`);
    this.#asked.delete(raw.tid);
    this.#ms.push(performance.now() - asked);
  }
}
