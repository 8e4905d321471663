/** Calls between two processes over a byte stream, in both directions at once. Used by both ends. */

import { ONE_WAY } from "./contract.ts";
import { FrameDecoder, FrameEncoder } from "./frames.ts";
import { messageOf } from "./message_of.ts";

/** Calls of one side that the other has not answered. */
export const MAX_PENDING_CALLS = 1024;
/** What may wait for a process that does not read; one frame of any size always may. */
export const MAX_QUEUED_BYTES = 128 * 1024 * 1024;
/** Small frames that are ready are written together, up to so many bytes. */
const WRITE_BYTES = 64 * 1024;

/** What rpc needs of its stream; Deno.Conn has it. */
export interface RpcStream {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** What one end may ask of the other. */
export interface RpcLimits {
  readonly maxSentEnvelopeBytes: number;
  readonly maxReceivedEnvelopeBytes: number;
  /** Calls of the other side that may be unanswered; MAX_PENDING_CALLS when it is left out. */
  readonly maxReceivedCalls?: number;
  /** Told of the milliseconds that received frames took: what it answers is waited for before the next ones. */
  readonly pace?: (busyMs: number) => Promise<void> | undefined;
  /** What goes over of an error that a method of ours rejects with, beside its message. */
  readonly writeError?: (error: unknown) => unknown;
  /** The error that the other side has sent; undefined: a RemoteCallError. */
  readonly readError?: (message: string, body: unknown) => Error | undefined;
  /** Called before anything is sent; what it calls goes first. */
  readonly beforeSend?: () => void;
}

/** What has passed over a connection. */
export interface RpcTraffic {
  /** Of the other side, answered or not. */
  readonly calls: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

const Kind = { call: 0, answer: 1, error: 2, oneWay: 3 } as const;

/** [kind, id, name or error text, arguments or value or what goes with the error] */
type Envelope = readonly [kind: number, id: number, name: string, body: unknown];

/** What a method takes. */
export type ArgsOf<F> = F extends (...args: infer A) => unknown ? A : never;

/** What a method answers. */
export type ResultOf<F> = F extends (...args: never[]) => infer R ? R : never;

/** The other process is gone, or broke the protocol. */
export class RpcClosedError extends Error {
  override readonly name = "RpcClosedError";
}

/** The other process broke the protocol: it is not one of ours, or not any more. */
export class RpcFaultError extends RpcClosedError {}

/** The other process answered with an error; the message is its own. */
export class RemoteCallError extends Error {
  override readonly name = "RemoteCallError";
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** One end: offers `own` methods, calls those of the other side by `call`. */
export class RpcPeer<Own extends object, Other extends object> {
  readonly #stream: RpcStream;
  readonly #own: Own;
  readonly #limits: RpcLimits;
  readonly #encoder: FrameEncoder;
  readonly #decoder: FrameDecoder;
  readonly #pending = new Map<number, Pending>();
  readonly #closed = Promise.withResolvers<Error>();
  #out: Uint8Array[] = [];
  #queuedBytes = 0;
  #writing = false;
  #lastId = 0;
  readonly #traffic = { calls: 0, bytesSent: 0, bytesReceived: 0 };
  /** Calls of the other side that are being answered. */
  #serving = 0;
  #end: Error | undefined;

  constructor(stream: RpcStream, own: Own, limits: RpcLimits) {
    this.#stream = stream;
    this.#own = own;
    this.#limits = limits;
    this.#encoder = new FrameEncoder(limits.maxSentEnvelopeBytes);
    this.#decoder = new FrameDecoder(limits.maxReceivedEnvelopeBytes);
    this.#run();
  }

  /** Resolves with the reason when the connection ends. */
  get closed(): Promise<Error> {
    return this.#closed.promise;
  }

  /** Since the connection began. */
  get traffic(): RpcTraffic {
    return this.#traffic;
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** Calls a method of the other side. One-way calls resolve at once. */
  call<K extends keyof Other & string>(name: K, ...args: ArgsOf<Other[K]>): ResultOf<Other[K]> {
    return this.#call(name, args) as ResultOf<Other[K]>;
  }

  #call(name: string, args: readonly unknown[]): Promise<unknown> {
    if (ONE_WAY.has(name)) {
      if (!this.#end) this.#send([Kind.oneWay, 0, name, args]);
      return Promise.resolve();
    }
    if (this.#end) return Promise.reject(this.#end);
    if (this.#pending.size >= MAX_PENDING_CALLS) {
      return Promise.reject(new Error(`Cannot call ${name}: ${MAX_PENDING_CALLS} calls are unanswered`));
    }
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      try {
        this.#send([Kind.call, id, name, args]);
      } catch (e) {
        this.#pending.delete(id);
        reject(e);
      }
    });
  }

  /** Ends the connection; unanswered calls reject. */
  close(reason: string): void {
    this.#finish(new RpcClosedError(reason));
  }

  #send(envelope: Envelope): void {
    this.#limits.beforeSend?.();
    const frame = this.#encode(envelope);
    const bytes = frame.reduce((sum, part) => sum + part.length, 0);
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > MAX_QUEUED_BYTES) {
      return this.#finish(new RpcClosedError("the other process reads too slowly"));
    }
    this.#out.push(...frame);
    this.#queuedBytes += bytes;
    this.#traffic.bytesSent += bytes;
    if (!this.#writing) this.#writeAll();
  }

  #encode(envelope: Envelope): Uint8Array[] {
    try {
      return this.#encoder.encode(envelope);
    } catch (e) {
      const what = envelope[0] === Kind.answer ? "answer" : `send ${envelope[2]}`;
      throw new Error(`Cannot ${what}: ${messageOf(e)}`);
    }
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#out.length > 0 && !this.#end) {
        const bytes = this.#nextWrite();
        for (let at = 0; at < bytes.length;) at += await this.#stream.write(bytes.subarray(at));
        this.#queuedBytes -= bytes.length;
      }
    } catch (e) {
      this.#finish(new RpcClosedError(`the connection is lost: ${messageOf(e)}`));
    }
    this.#writing = false;
  }

  /** One long part, or several short ones. */
  #nextWrite(): Uint8Array {
    let count = 1;
    let bytes = this.#out[0]!.length;
    while (count < this.#out.length && bytes + this.#out[count]!.length <= WRITE_BYTES) {
      bytes += this.#out[count++]!.length;
    }
    const parts = this.#out.splice(0, count);
    if (count === 1) return parts[0]!;
    const joined = new Uint8Array(bytes);
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  async #run(): Promise<void> {
    try {
      while (!this.#end) {
        const bytes = await this.#read();
        const started = performance.now();
        this.#decoder.filled(bytes);
        this.#traffic.bytesReceived += bytes;
        this.#receiveAll();
        const pause = this.#limits.pace?.(performance.now() - started);
        if (pause !== undefined) await pause;
      }
    } catch (e) {
      this.#finish(
        e instanceof RpcClosedError ? e : new RpcFaultError(`it sent a bad frame: ${messageOf(e)}`),
      );
    }
  }

  async #read(): Promise<number> {
    let bytes: number | null;
    try {
      bytes = await this.#stream.read(this.#decoder.space());
    } catch (e) {
      throw new RpcClosedError(`the connection is lost: ${messageOf(e)}`);
    }
    if (bytes === null) throw new RpcClosedError("the other process closed the connection");
    return bytes;
  }

  #receiveAll(): void {
    for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
      this.#receive(frame);
    }
  }

  #receive(envelope: unknown): void {
    if (!isEnvelope(envelope)) throw new Error("it is no envelope");
    const [kind, id, name, body] = envelope;
    if (kind === Kind.call || kind === Kind.oneWay) return this.#serve(id, name, body, kind === Kind.oneWay);
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (kind === Kind.answer) pending?.resolve(body);
    else pending?.reject(this.#limits.readError?.(name, body) ?? new RemoteCallError(name));
  }

  #serve(id: number, name: string, args: unknown, oneWay: boolean): void {
    const method: unknown = Object.hasOwn(this.#own, name) ? Reflect.get(this.#own, name) : undefined;
    if (typeof method !== "function" || !Array.isArray(args)) throw new Error(`there is no method '${name}'`);
    const { maxReceivedCalls = MAX_PENDING_CALLS } = this.#limits;
    if (this.#serving >= maxReceivedCalls) {
      if (!oneWay) this.#answer([Kind.error, id, `${maxReceivedCalls} calls are unanswered`, null]);
      return;
    }
    this.#serving++;
    this.#traffic.calls++;
    const result = new Promise((resolve) => resolve(method(...args)));
    result.then(
      (value) => this.#served(oneWay, [Kind.answer, id, name, value]),
      (e) => this.#served(oneWay, [Kind.error, id, messageOf(e), this.#limits.writeError?.(e) ?? null]),
    );
  }

  #served(oneWay: boolean, envelope: Envelope): void {
    this.#serving--;
    if (!oneWay) this.#answer(envelope);
  }

  #answer(envelope: Envelope): void {
    if (this.#end) return;
    try {
      this.#send(envelope);
    } catch (e) {
      this.#send([Kind.error, envelope[1], messageOf(e).slice(0, MAX_ERROR_CHARS), null]);
    }
  }

  #finish(reason: Error): void {
    if (this.#end) return;
    this.#end = reason;
    this.#out = [];
    try {
      this.#stream.close();
    } catch {
      // Closed already.
    }
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
    this.#closed.resolve(reason);
  }
}

/** Of a message that was itself too long. */
const MAX_ERROR_CHARS = 1000;

function isEnvelope(value: unknown): value is Envelope {
  return Array.isArray(value) && value.length === 4 && typeof value[0] === "number" &&
    typeof value[1] === "number" && typeof value[2] === "string";
}
