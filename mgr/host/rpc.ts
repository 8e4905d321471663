/** Calls between two processes over a byte stream: length-prefixed MessagePack frames. Used by both ends. */

import { decode, encode } from "@msgpack/msgpack";
import { ONE_WAY } from "./contract.ts";

/** A command's output of this size passes; a bigger frame is an error of the sender. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** Calls that one side may have unanswered. */
export const MAX_PENDING_CALLS = 1024;
/** What may wait for a process that does not read; one frame of any size always may. */
export const MAX_QUEUED_BYTES = 128 * 1024 * 1024;
const LENGTH_BYTES = 4;
const READ_BYTES = 64 * 1024;

/** What rpc needs of its stream; Deno.Conn has it. */
export interface RpcStream {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

const Kind = { call: 0, answer: 1, error: 2, oneWay: 3 } as const;

/** [kind, id, name or error text, arguments or value] */
type Envelope = readonly [kind: number, id: number, name: string, body: unknown];

/** What a method takes. */
export type ArgsOf<F> = F extends (...args: infer A) => unknown ? A : never;

/** What a method answers. */
export type ResultOf<F> = F extends (...args: never[]) => infer R ? R : never;

/** The other process is gone, or broke the protocol. */
export class RpcClosedError extends Error {
  override readonly name = "RpcClosedError";
}

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
  readonly #pending = new Map<number, Pending>();
  readonly #closed = Promise.withResolvers<Error>();
  #out: Uint8Array[] = [];
  #queuedBytes = 0;
  #writing = false;
  #lastId = 0;
  #end: Error | undefined;

  constructor(stream: RpcStream, own: Own) {
    this.#stream = stream;
    this.#own = own;
    this.#run();
  }

  /** Resolves with the reason when the connection ends. */
  get closed(): Promise<Error> {
    return this.#closed.promise;
  }

  /** Calls a method of the other side. One-way calls resolve at once. */
  call<K extends keyof Other & string>(name: K, ...args: ArgsOf<Other[K]>): ResultOf<Other[K]> {
    return this.#call(name, args) as ResultOf<Other[K]>;
  }

  #call(name: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#end) return ONE_WAY.has(name) ? Promise.resolve() : Promise.reject(this.#end);
    if (ONE_WAY.has(name)) {
      this.#send([Kind.oneWay, 0, name, args]);
      return Promise.resolve();
    }
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
    const body = encode(envelope, { ignoreUndefined: true });
    if (body.length > MAX_FRAME_BYTES) {
      throw new Error(
        `Cannot send '${envelope[2]}': ${body.length} bytes, at most ${MAX_FRAME_BYTES} are allowed`,
      );
    }
    const frame = new Uint8Array(LENGTH_BYTES + body.length);
    new DataView(frame.buffer).setUint32(0, body.length);
    frame.set(body, LENGTH_BYTES);
    if (this.#queuedBytes > 0 && this.#queuedBytes + frame.length > MAX_QUEUED_BYTES) {
      return this.#finish(new RpcClosedError("the other process reads too slowly"));
    }
    this.#out.push(frame);
    this.#queuedBytes += frame.length;
    this.#flush();
  }

  #flush(): void {
    if (this.#writing || this.#end) return;
    this.#writing = true;
    this.#writeAll().catch((e) => this.#finish(new RpcClosedError(message(e))));
  }

  async #writeAll(): Promise<void> {
    for (let bytes = this.#batch(); bytes !== undefined && !this.#end; bytes = this.#batch()) {
      for (let at = 0; at < bytes.length;) at += await this.#stream.write(bytes.subarray(at));
    }
    this.#writing = false;
  }

  #batch(): Uint8Array | undefined {
    const parts = this.#out;
    this.#out = [];
    this.#queuedBytes = 0;
    if (parts.length <= 1) return parts[0];
    const joined = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  async #run(): Promise<void> {
    const reader = new FrameBuffer();
    try {
      while (!this.#end) {
        const n = await this.#stream.read(reader.space());
        if (n === null) throw new RpcClosedError("the other process closed the connection");
        reader.filled(n);
        for (let frame = reader.next(); frame; frame = reader.next()) this.#receive(decode(frame));
      }
    } catch (e) {
      this.#finish(e instanceof RpcClosedError ? e : new RpcClosedError(`bad frame: ${message(e)}`));
    }
  }

  #receive(envelope: unknown): void {
    if (!isEnvelope(envelope)) throw new Error("not an envelope");
    const [kind, id, name, body] = envelope;
    if (kind === Kind.call || kind === Kind.oneWay) return this.#serve(id, name, body, kind === Kind.oneWay);
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (kind === Kind.answer) pending?.resolve(body);
    else pending?.reject(new RemoteCallError(name));
  }

  #serve(id: number, name: string, args: unknown, oneWay: boolean): void {
    const method: unknown = Object.hasOwn(this.#own, name) ? Reflect.get(this.#own, name) : undefined;
    if (typeof method !== "function" || !Array.isArray(args)) throw new Error(`no method '${name}'`);
    const result = new Promise((resolve) => resolve(method(...args)));
    result.then(
      (value) => oneWay || this.#answer([Kind.answer, id, name, value]),
      (e) => oneWay || this.#answer([Kind.error, id, message(e), null]),
    );
  }

  #answer(envelope: Envelope): void {
    if (this.#end) return;
    try {
      this.#send(envelope);
    } catch (e) {
      this.#send([Kind.error, envelope[1], message(e), null]);
    }
  }

  #finish(reason: Error): void {
    if (this.#end) return;
    this.#end = reason;
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

function message(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}

function isEnvelope(value: unknown): value is Envelope {
  return Array.isArray(value) && value.length === 4 && typeof value[0] === "number" &&
    typeof value[1] === "number" &&
    typeof value[2] === "string";
}

/** Finds length-prefixed frames in a stream; memory grows with what has come, not with what is announced. */
export class FrameBuffer {
  #buffer = new Uint8Array(READ_BYTES);
  #start = 0;
  #end = 0;

  space(): Uint8Array {
    const have = this.#end - this.#start;
    if (this.#start > 0 && (have === 0 || this.#buffer.length - this.#end < READ_BYTES / 2)) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#start = 0;
      this.#end = have;
    }
    if (this.#buffer.length - this.#end < READ_BYTES / 2) {
      const bigger = new Uint8Array(this.#buffer.length * 2);
      bigger.set(this.#buffer.subarray(0, this.#end));
      this.#buffer = bigger;
    }
    return this.#buffer.subarray(this.#end);
  }

  filled(n: number): void {
    this.#end += n;
  }

  /** The next frame's body: valid until the next `space()`. */
  next(): Uint8Array | undefined {
    if (this.#end - this.#start < LENGTH_BYTES) return undefined;
    const length = new DataView(this.#buffer.buffer, this.#start).getUint32(0);
    if (length > MAX_FRAME_BYTES) throw new Error(`frame of ${length} bytes`);
    const end = this.#start + LENGTH_BYTES + length;
    if (this.#end < end) return undefined;
    const body = this.#buffer.slice(this.#start + LENGTH_BYTES, end);
    this.#start = end;
    return body;
  }
}
