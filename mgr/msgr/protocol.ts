/** One connection of msgr v2.1 as a pure machine: bytes and messages in, bytes and events out. */

import type { RawMessage } from "../types/raw_message.ts";
import type { UTime } from "../types/utime.ts";
import { type AuthRequest, type AuthVerdict, ConMode } from "./authenticator.ts";
import { BANNER_HEAD, bannerPayloadLength, checkBanner, makeBanner } from "./banner.ts";
import { makeCiphers, signature } from "./crypto.ts";
import { ProtocolError } from "./errors.ts";
import { type Frame, FrameReader, FrameWriter } from "./frame.ts";
import type { PeerFacts, Step } from "./handshake.ts";
import { ClientHandshake, type ClientParameters } from "./handshake_client.ts";
import { ServerHandshake, type ServerParameters } from "./handshake_server.ts";
import { keepalivePayload, Session } from "./session.ts";
import { Tag } from "./tags.ts";

/** What the owner of a protocol is told. */
export type ProtocolEvent =
  | { readonly kind: "open"; readonly peer: PeerFacts }
  /** Ask the verifier and call `verdict()`; frames that follow wait. */
  | {
    readonly kind: "verify";
    readonly request: AuthRequest;
    readonly more: boolean;
    readonly peerType: number;
  }
  | { readonly kind: "message"; readonly raw: RawMessage }
  | { readonly kind: "keepalive_ack"; readonly stamp: UTime };

/** Which side we are. */
export type Role =
  | { readonly kind: "client"; readonly parameters: ClientParameters }
  | { readonly kind: "server"; readonly parameters: ServerParameters };

/** Bytes that a peer may send before it is authenticated; the signature keeps them all. Real ones stay below 4 KiB. */
const MAX_HANDSHAKE_BYTES = 64 * 1024;

/** Records one direction until the signature is made. */
class Recording {
  readonly parts: Uint8Array[] = [];
  #bytes = 0;
  #on = true;

  add(wire: Uint8Array): void {
    if (!this.#on) return;
    this.#bytes += wire.length;
    if (this.#bytes > MAX_HANDSHAKE_BYTES) {
      throw new ProtocolError("Cannot open a session: the handshake is too long");
    }
    this.parts.push(wire);
  }

  stop(): void {
    this.#on = false;
  }

  clear(): void {
    this.parts.length = 0;
  }
}

/** The whole of one connection but its socket, its timers and its queue. */
export class Protocol {
  readonly #role: Role["kind"];
  readonly #reader = new FrameReader();
  readonly #writer = new FrameWriter();
  readonly #handshake: ClientHandshake | ServerHandshake;
  readonly #session = new Session();
  readonly #received = new Recording();
  readonly #sent = new Recording();
  readonly #emit: (event: ProtocolEvent) => void;
  #output: Uint8Array[] = [];
  #outputBytes = 0;
  #stage: { kind: "banner"; length?: number } | { kind: "handshake" } | { kind: "open" } = { kind: "banner" };
  #verifying = false;
  #sessionKey: Uint8Array = new Uint8Array(0);

  constructor(role: Role, emit: (event: ProtocolEvent) => void) {
    this.#role = role.kind;
    this.#emit = emit;
    const expected = (): Uint8Array => signature(this.#sessionKey, this.#sent.parts);
    this.#handshake = role.kind === "client"
      ? new ClientHandshake(role.parameters, expected)
      : new ServerHandshake(role.parameters, expected);
    this.#write(makeBanner());
  }

  /** The session is open: messages may be sent. */
  get open(): boolean {
    return this.#stage.kind === "open";
  }

  /** What it waits for: for error texts. */
  get state(): string {
    return this.#stage.kind === "handshake" ? this.#handshake.state : this.#stage.kind;
  }

  /** Where the next bytes of the peer belong. */
  space(): Uint8Array<ArrayBuffer> {
    return this.#reader.space();
  }

  /** Bytes of memory that unfinished frames of the peer keep. */
  get held(): number {
    return this.#reader.held;
  }

  /**
   * `n` bytes were read into `space()`. Events follow; with a promise, until it settles, and nothing else may be put in
   * before. Throws and rejects with what the peer did wrong.
   */
  filled(n: number): Promise<void> | undefined {
    this.#reader.filled(n);
    return this.#work();
  }

  /** Copies bytes in; otherwise as `filled`. */
  receive(bytes: Uint8Array): Promise<void> | undefined {
    this.#reader.push(bytes);
    return this.#work();
  }

  /** Bytes to be sent, in order; each is handed out once. */
  output(): Uint8Array[] {
    const output = this.#output;
    this.#output = [];
    this.#outputBytes = 0;
    return output;
  }

  /** How many bytes `output()` would hand out. */
  get outputBytes(): number {
    return this.#outputBytes;
  }

  /** The verifier's answer to the last "verify" event; otherwise as `filled`. */
  verdict(verdict: AuthVerdict): Promise<void> | undefined {
    this.#verifying = false;
    this.#run((this.#handshake as ServerHandshake).verdict(verdict));
    return this.#work();
  }

  /** Encodes a message; only in an open session. */
  message(raw: RawMessage): void {
    if (!this.open) throw new Error("Cannot send a message: the session is not open");
    this.#write(this.#writer.write(Tag.MESSAGE, this.#session.message(raw)));
  }

  /** Asks the peer for a sign of life. */
  keepalive(stamp: UTime): void {
    if (this.open) this.#send(Tag.KEEPALIVE2, keepalivePayload(stamp));
  }

  #write(bytes: Uint8Array): void {
    this.#sent.add(bytes);
    this.#output.push(bytes);
    this.#outputBytes += bytes.length;
  }

  #send(tag: number, payload: Uint8Array): void {
    this.#write(this.#writer.write(tag, [payload]));
  }

  #work(): Promise<void> | undefined {
    if (this.#stage.kind === "banner" && !this.#onBanner()) return undefined;
    while (!this.#verifying) {
      const frame = this.#reader.next(this.open ? undefined : (wire) => this.#received.add(wire));
      if (frame === undefined) return undefined;
      if (frame instanceof Promise) {
        return frame.then((frame) => {
          this.#take(frame);
          return this.#work();
        });
      }
      this.#take(frame);
    }
    return undefined;
  }

  #take(frame: Frame): void {
    if (!this.open) this.#run(this.#handshake.frame(frame.tag, frame.segments[0]!));
    else this.#onSessionEvent(this.#session.frame(frame));
  }

  #onBanner(): boolean {
    if (this.#stage.kind !== "banner") return true;
    if (this.#stage.length === undefined) {
      const head = this.#reader.raw(BANNER_HEAD);
      if (head === undefined) return false;
      this.#received.add(head);
      this.#stage = { kind: "banner", length: bannerPayloadLength(head) };
    }
    const payload = this.#reader.raw(this.#stage.length!);
    if (payload === undefined) return false;
    this.#received.add(payload);
    checkBanner(payload);
    this.#stage = { kind: "handshake" };
    this.#run(this.#handshake.begin());
    return true;
  }

  #run(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step);
  }

  #step(step: Step): void {
    switch (step.kind) {
      case "send":
        return this.#send(step.tag, step.payload);
      case "switch":
        this.#received.stop();
        this.#sent.stop();
        this.#sessionKey = step.keys.sessionKey;
        if (step.mode === ConMode.secure) {
          const { sealer, opener } = makeCiphers(step.keys.connectionSecret, this.#role);
          this.#writer.secure(sealer);
          this.#reader.secure(opener);
        }
        return;
      case "sign":
        return this.#send(Tag.AUTH_SIGNATURE, signature(this.#sessionKey, this.#received.parts));
      case "verify":
        this.#verifying = true;
        return this.#emit(step);
      case "open":
        this.#stage = { kind: "open" };
        this.#received.clear();
        this.#sent.clear();
        this.#sessionKey = new Uint8Array(0);
        this.#reader.allowMessages();
        return this.#emit({ kind: "open", peer: step.peer });
    }
  }

  #onSessionEvent(event: ReturnType<Session["frame"]>): void {
    if (event === undefined) return;
    if (event.kind === "keepalive") this.#send(Tag.KEEPALIVE2_ACK, event.payload);
    else this.#emit(event);
  }
}
