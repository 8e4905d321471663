/** Corpus table of cephx: keys, tickets, authorizers, rotating secrets. */

import {
  Authenticate,
  Authorize,
  AuthTicket,
  RotatingSecret,
  RotatingSecrets,
  ServiceTicket,
  TicketBlob,
  TicketInfo,
} from "../../mgr/auth/cephx_structs.ts";
import { CryptoKey } from "../../mgr/auth/crypto_key.ts";
import { EntityAuth } from "../../mgr/auth/entity_auth.ts";
import { type CorpusRow, row } from "./row.ts";

/** In the order of the names. */
export const AUTH_TYPES: readonly CorpusRow[] = [
  row("AuthTicket", AuthTicket),
  row("CephXAuthenticate", Authenticate),
  row("CephXAuthorize", Authorize),
  row("CephXServiceTicket", ServiceTicket),
  row("CephXServiceTicketInfo", TicketInfo),
  row("CephXTicketBlob", TicketBlob),
  row("CryptoKey", CryptoKey.codec),
  row("EntityAuth", EntityAuth),
  row("ExpiringCryptoKey", RotatingSecret),
  row("RotatingSecrets", RotatingSecrets),
];
