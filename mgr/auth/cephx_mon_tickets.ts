/** Tickets as a monitor makes them. Upstream: cephx_build_service_ticket_reply in auth/cephx/CephxProtocol.cc */

import { Encoder } from "../encoding/mod.ts";
import { type EntityName, EntityType, entityTypeName } from "../types/entity_name.ts";
import { utimeOfMs } from "../types/utime.ts";
import { type RotatingSecrets, ServiceTicket, STRUCT_V, TicketBlob, TicketInfo } from "./cephx_structs.ts";
import { CryptoKey, KeyType } from "./crypto_key.ts";
import type { EntityAuth } from "./entity_auth.ts";
import { type RandomBytes, seal, sealInto, Usage } from "./seal.ts";
import { sealingSecret } from "./service_secrets.ts";

/** How long tickets last. Upstream: auth_mon_ticket_ttl, auth_service_ticket_ttl */
export interface TicketLife {
  readonly authMs: number;
  readonly serviceMs: number;
}

/** Upstream's defaults: 72 hours and one. */
export const DEFAULT_LIFE: TicketLife = { authMs: 259_200_000, serviceMs: 3_600_000 };

/** What tickets are made of. */
export interface TicketMaker {
  readonly life: TicketLife;
  /** The secrets of a service; undefined: there is no such service. */
  readonly secrets: (service: number) => RotatingSecrets | undefined;
  readonly wall: () => number;
  readonly random: RandomBytes;
  /** Type of session keys: aes unless told otherwise. */
  readonly keyType?: number;
}

/** Who a ticket is for. */
export interface TicketHolder {
  readonly entity: EntityName;
  readonly globalId: bigint;
  readonly auth: EntityAuth;
}

/** A ticket as its holder gets it: the key that he may know, and the blob that he may not read. */
export interface IssuedTicket {
  readonly service: number;
  readonly ticket: ServiceTicket;
  readonly blob: TicketBlob;
}

/** Makes a ticket; undefined when the service has no secrets. */
export function issueTicket(
  maker: TicketMaker,
  holder: TicketHolder,
  service: number,
): IssuedTicket | undefined {
  const now = maker.wall();
  const table = maker.secrets(service);
  const sealing = table && sealingSecret(table, now);
  if (sealing === undefined) return undefined;
  const lifeMs = service === EntityType.auth ? maker.life.authMs : maker.life.serviceMs;
  const sessionKey = CryptoKey.generate(maker.keyType ?? KeyType.aes, maker.random, utimeOfMs(now));
  const info: TicketInfo = {
    name: holder.entity,
    globalId: holder.globalId,
    created: utimeOfMs(now),
    expires: utimeOfMs(now + lifeMs),
    allowAll: false,
    caps: holder.auth.caps.get(entityTypeName(service)) ?? "",
    sessionKey,
  };
  const body = new Encoder();
  TicketInfo.encode(body, info);
  const blob = seal(sealing.secret.key, Usage.ticketInfo, body.finish(), maker.random);
  return {
    service,
    ticket: { sessionKey, validity: utimeOfMs(lifeMs) },
    blob: { secretId: sealing.id, blob },
  };
}

/** The tickets for a mask of services, those aside that have no secrets. AUTH is never among them. */
export function issueTickets(maker: TicketMaker, holder: TicketHolder, mask: number): IssuedTicket[] {
  const services = [EntityType.mon, EntityType.mds, EntityType.osd, EntityType.mgr];
  return services.filter((service) => (mask & service) !== 0)
    .map((service) => issueTicket(maker, holder, service))
    .filter((ticket) => ticket !== undefined);
}

/** Writes a ticket list under `key`. `oldKey` seals the blobs as well: that of the ticket which they replace. */
export function encodeTickets(
  e: Encoder,
  tickets: readonly IssuedTicket[],
  key: CryptoKey,
  oldKey: CryptoKey | undefined,
  random: RandomBytes,
): void {
  e.u8(STRUCT_V).u32(tickets.length);
  for (const { service, ticket, blob } of tickets) {
    e.u32(service).u8(STRUCT_V);
    sealInto(e, key, Usage.ticket, (e) => ServiceTicket.encode(e, ticket), random);
    e.bool(oldKey !== undefined);
    const write = (e: Encoder): void => void e.blob((e) => TicketBlob.encode(e, blob));
    if (oldKey === undefined) write(e);
    else sealInto(e, oldKey, Usage.ticketBlob, write, random);
  }
}
