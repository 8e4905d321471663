/** The tickets that we hold, one for each service. Pure: the time comes as an argument. */

import { Decoder } from "../encoding/mod.ts";
import { msOfUtime } from "../types/utime.ts";
import { ServiceTicket, TicketBlob } from "./cephx_structs.ts";
import type { CryptoKey } from "./crypto_key.ts";
import { open, openFrom, Usage } from "./seal.ts";

/** More services than Ceph has. */
const MAX_TICKETS = 32;

/** A ticket for one service. */
export interface Ticket {
  readonly service: number;
  readonly sessionKey: CryptoKey;
  readonly blob: TicketBlob;
  /** Monotonic milliseconds. */
  readonly expires: number;
  /** From then on a new one should be asked for: three quarters of its life are over. */
  readonly renewAfter: number;
}

/** Reads a ticket list. `old` gives the session key of the ticket that a new one replaces. */
export function readTickets(
  d: Decoder,
  key: CryptoKey,
  now: number,
  old: (service: number) => CryptoKey | undefined,
): Ticket[] {
  d.u8();
  const n = d.count();
  if (n > MAX_TICKETS) d.fail(`${n} tickets`);
  return Array.from({ length: n }, () => readTicket(d, key, now, old));
}

function readTicket(
  d: Decoder,
  key: CryptoKey,
  now: number,
  old: (service: number) => CryptoKey | undefined,
): Ticket {
  const service = d.u32();
  d.u8();
  const { sessionKey, validity } = openFrom(d, key, Usage.ticket, ServiceTicket.decode);
  const blob = d.bool() ? sealedBlob(d, old(service)) : new Decoder(d.bytes());
  const life = msOfUtime(validity);
  return {
    service,
    sessionKey,
    blob: TicketBlob.decode(blob),
    expires: now + life,
    renewAfter: now + life * 0.75,
  };
}

function sealedBlob(d: Decoder, old: CryptoKey | undefined): Decoder {
  if (old === undefined) d.fail("the ticket is sealed with a former session key, and there is none");
  return new Decoder(new Decoder(open(old, Usage.ticketBlob, d.bytes())).bytes());
}
