/** Objects, as a module's process reaches them: every call goes to the host, and what is watched is told here. */

import {
  CALL_TIMEOUT_MS,
  type CallOptions,
  type ListOptions,
  type NotifyOptions,
  type NotifyResult,
  type ObjectPage,
  type ObjectPlace,
  type OperateOptions,
  type RadosLink,
  type RadosStep,
  type Watch,
  type WatchHandler,
} from "@ganglion/sdk";
import type { CallId } from "../contract.ts";
import type { Cancellable } from "./cancellable.ts";
import type { CallHost } from "./host_calls.ts";
import { Turnstile } from "./turnstile.ts";

const NOTHING = new Uint8Array();
/** How long those who watch may take. Upstream: client_notify_timeout */
const NOTIFY_SECONDS = 10;

/** Half of what the host takes. */
const UNDER_WAY = { calls: 256, bytes: 64 * 1024 * 1024 };

/** One for each instance. */
export class HostRados implements RadosLink {
  readonly #host: CallHost;
  readonly #calls: Cancellable;
  readonly #turnstile = new Turnstile(UNDER_WAY);
  readonly #watches = new Map<CallId, WatchHandler>();

  constructor(host: CallHost, calls: Cancellable) {
    this.#host = host;
    this.#calls = calls;
  }

  async openPool(pool: string | number, options: CallOptions): Promise<{ id: number; name: string }> {
    const [id, name] = await this.#run(options, (call) => this.#host("openPool", call, pool));
    return { id, name };
  }

  operate(
    place: ObjectPlace,
    oid: string,
    steps: readonly RadosStep<unknown>[],
    options: OperateOptions,
  ): Promise<{ readonly version: number; readonly results: readonly unknown[] }> {
    const { timeoutMs = CALL_TIMEOUT_MS, returnResults = false, signal } = options;
    const wires = steps.map(({ wire }) => wire);
    const operation = { place, oid, steps: wires, timeoutMs, returnResults };
    const operate = () => this.#run(options, (call) => this.#host("operate", call, operation));
    return this.#turnstile.pass(bytesOf(wires), signal, operate);
  }

  async list(place: ObjectPlace, options: ListOptions): Promise<ObjectPage> {
    const { cursor = null, max = 1024, timeoutMs = CALL_TIMEOUT_MS } = options;
    const page = await this.#run(
      options,
      (call) => this.#host("listObjects", call, place, cursor, max, timeoutMs),
    );
    return {
      objects: page.objects.map(([namespace, name, locator]) => ({ namespace, name, locator })),
      cursor: page.cursor ?? undefined,
    };
  }

  async notify(
    place: ObjectPlace,
    oid: string,
    payload: Uint8Array,
    options: NotifyOptions,
  ): Promise<NotifyResult> {
    const { timeoutSeconds = NOTIFY_SECONDS } = options;
    const { replies, silent } = await this.#run(
      options,
      (call) => this.#host("notifyObject", call, place, oid, payload, timeoutSeconds),
    );
    return {
      replies: replies.map(([gid, cookie, reply]) => ({ gid: BigInt(gid), cookie: BigInt(cookie), reply })),
      silent: silent.map(([gid, cookie]) => ({ gid: BigInt(gid), cookie: BigInt(cookie) })),
    };
  }

  async watch(
    place: ObjectPlace,
    oid: string,
    handler: WatchHandler,
    options: CallOptions,
  ): Promise<Watch> {
    const { timeoutMs = CALL_TIMEOUT_MS } = options;
    let id = 0;
    try {
      await this.#run(options, (call) => {
        this.#watches.set(id = call, handler);
        return this.#host("watch", call, place, oid, timeoutMs);
      });
    } catch (e) {
      this.#watches.delete(id);
      throw e;
    }
    const close = async (): Promise<void> => {
      if (this.#watches.delete(id)) await this.#host("unwatch", id);
    };
    return { close, [Symbol.asyncDispose]: close };
  }

  /** Somebody notified; answers with what goes back to him. */
  async notified(
    watch: CallId,
    notifyId: string,
    notifierGid: string,
    payload: Uint8Array,
  ): Promise<Uint8Array> {
    const notification = { notifyId: BigInt(notifyId), notifierGid: BigInt(notifierGid), payload };
    return await this.#watches.get(watch)?.notified(notification) ?? NOTHING;
  }

  /** A watch was lost for a while, or is over. */
  watchChanged(watch: CallId, what: string, reason: string): void {
    const handler = this.#watches.get(watch);
    if (what === "interrupted") return handler?.interrupted?.(reason);
    this.#watches.delete(watch);
    handler?.ended?.(reason);
  }

  #run<T>({ signal }: CallOptions, call: (id: CallId) => Promise<T>): Promise<T> {
    return this.#calls.run(signal, call);
  }
}

/** Bytes that the steps bring or fetch, more or less. */
function bytesOf(wires: readonly RadosStep<unknown>["wire"][]): number {
  const bytesIn = (arg: unknown): number => (arg instanceof Uint8Array ? arg.length : 0);
  return wires.reduce((sum, [name, ...args]) => {
    if (name === "read") return sum + Number(args[1]);
    return sum + args.flat(2).reduce<number>((bytes, arg) => bytes + bytesIn(arg), 0);
  }, 0);
}
