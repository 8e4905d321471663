/** One message, one function: the rows of the table of handlers. */

import { type MessageType, type RawMessage, unpack } from "../../../mgr/messages/message.ts";
import type { MonitorContext } from "./context.ts";
import type { Session } from "./session.ts";

/** Takes one message. Throws DecodeError for a malformed one: the connection is closed. */
export type Handler = (monitor: MonitorContext, session: Session, raw: RawMessage) => void;

/** One row: the message's number and what is done with it. */
export function on<T>(
  type: MessageType<T>,
  take: (monitor: MonitorContext, session: Session, message: T, raw: RawMessage) => void,
): [number, Handler] {
  return [type.type, (monitor, session, raw) => take(monitor, session, unpack(type, raw), raw)];
}
