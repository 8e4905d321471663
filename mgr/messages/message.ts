/** What every message has: a type number, versions, a front and perhaps data; and how one file describes one message. */

import { DecodeError, Decoder, Encoder } from "../encoding/mod.ts";
import { Priority, type RawMessage } from "../types/raw_message.ts";

export { Priority, type RawMessage };

/** One message type: number, versions written, codec of the front. `data` is the data segment. */
export interface MessageType<T> {
  readonly name: string;
  readonly type: number;
  readonly version: number;
  readonly compat: number;
  /** `version` is what the sender wrote: a field since n is read if version >= n. */
  readonly decode: (d: Decoder, version: number, data: Uint8Array) => T;
  readonly encode: (e: Encoder, value: T) => void;
  /** The data segment of a message, for the few that have one. */
  readonly data?: (value: T) => Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Makes the bytes to send. */
export function pack<T>(
  type: MessageType<T>,
  value: T,
  tid = 0n,
  priority: number = Priority.default,
): RawMessage {
  const e = new Encoder();
  type.encode(e, value);
  return {
    type: type.type,
    version: type.version,
    compat: type.compat,
    priority,
    tid,
    front: e.finish(),
    middle: NOTHING,
    data: type.data?.(value) ?? NOTHING,
  };
}

/** Reads a received message. Throws DecodeError; trailing bytes of newer senders are ignored. */
export function unpack<T>(type: MessageType<T>, raw: RawMessage): T {
  if (raw.compat > type.version) {
    throw new DecodeError(`needs a reader of version ${raw.compat}, this one knows ${type.version}`, 0, [
      type.name,
    ]);
  }
  return new Decoder(raw.front).struct(type.name, (d) => type.decode(d, raw.version, raw.data));
}

/** One row of a table of handlers: number and function. */
export function handler<T>(
  type: MessageType<T>,
  take: (message: T) => void,
): [number, (raw: RawMessage) => void] {
  return [type.type, (raw) => take(unpack(type, raw))];
}
