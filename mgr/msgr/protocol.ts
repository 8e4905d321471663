/** One connection of msgr v2.1 as a pure machine: bytes and messages in, bytes and events out. */

import type { RawMessage } from "../types/raw_message.ts";
import type { UTime } from "../types/utime.ts";
import { type AuthRequest, type AuthVerdict, ConMode } from "./authenticator.ts";
import { BANNER_HEAD, bannerPayloadLength, checkBanner, makeBanner } from "./banner.ts";
import { makeCiphers, signature } from "./crypto.ts";
import { type Frame, FrameReader, FrameWriter } from "./frame.ts";
import type { PeerFacts, Step } from "./handshake.ts";
import type { ServerHandshake } from "./handshake_server.ts";
import { Opening, type Role } from "./opening.ts";
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

/** The whole of one connection but its socket, its timers and its queue. */
export class Protocol {
  readonly #role: Role["kind"];
  readonly #reader = new FrameReader();
  readonly #writer = new FrameWriter();
  readonly #session = new Session();
  readonly #emit: (event: ProtocolEvent) => void;
  /** Until the session is open. */
  #opening: Opening | undefined;
  #output: Uint8Array[] = [];
  #outputBytes = 0;

  constructor(role: Role, emit: (event: ProtocolEvent) => void) {
    this.#role = role.kind;
    this.#emit = emit;
    this.#opening = new Opening(role);
    this.#write(makeBanner());
  }

  /** The session is open: messages may be sent. */
  get open(): boolean {
    return this.#opening === undefined;
  }

  /** What it waits for: for error texts. */
  get state(): string {
    return this.#opening?.state ?? "open";
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
    const opening = this.#opening!;
    opening.verifying = false;
    this.#run(opening, (opening.handshake as ServerHandshake).verdict(verdict));
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
    this.#opening?.sent.add(bytes);
    this.#output.push(bytes);
    this.#outputBytes += bytes.length;
  }

  #send(tag: number, payload: Uint8Array): void {
    this.#write(this.#writer.write(tag, [payload]));
  }

  #work(): Promise<void> | undefined {
    while (true) {
      const opening = this.#opening;
      if (opening !== undefined && (opening.verifying || !opening.begun && !this.#onBanner(opening))) return;
      const frame = this.#reader.next(opening && ((wire) => opening.received.add(wire)));
      if (frame === undefined) return undefined;
      if (frame instanceof Promise) {
        return frame.then((frame) => {
          this.#take(frame);
          return this.#work();
        });
      }
      this.#take(frame);
    }
  }

  #take(frame: Frame): void {
    const opening = this.#opening;
    if (opening === undefined) this.#onSessionEvent(this.#session.frame(frame));
    else this.#run(opening, opening.handshake.frame(frame.tag, frame.segments[0]!));
  }

  /** False when more bytes are needed. */
  #onBanner(opening: Opening): boolean {
    if (opening.bannerLength === undefined) {
      const head = this.#reader.raw(BANNER_HEAD);
      if (head === undefined) return false;
      opening.received.add(head);
      opening.bannerLength = bannerPayloadLength(head);
    }
    const payload = this.#reader.raw(opening.bannerLength);
    if (payload === undefined) return false;
    opening.received.add(payload);
    checkBanner(payload);
    opening.begun = true;
    this.#run(opening, opening.handshake.begin());
    return true;
  }

  #run(opening: Opening, steps: readonly Step[]): void {
    for (const step of steps) this.#step(opening, step);
  }

  #step(opening: Opening, step: Step): void {
    switch (step.kind) {
      case "send":
        return this.#send(step.tag, step.payload);
      case "switch":
        opening.received.stop();
        opening.sent.stop();
        opening.sessionKey = step.keys.sessionKey;
        if (step.mode === ConMode.secure) {
          const { sealer, opener } = makeCiphers(step.keys.connectionSecret, this.#role);
          this.#writer.secure(sealer);
          this.#reader.secure(opener);
        }
        return;
      case "sign":
        return this.#send(Tag.AUTH_SIGNATURE, signature(opening.sessionKey, opening.received.parts));
      case "verify":
        opening.verifying = true;
        return this.#emit(step);
      case "open":
        this.#opening = undefined;
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
