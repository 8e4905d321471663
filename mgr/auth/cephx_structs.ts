/** The structures of cephx that both roles read and write. Upstream: auth/cephx/CephxProtocol.h, auth/Auth.h */

import type { Codec, Decoder } from "../encoding/mod.ts";
import { EntityName } from "../types/entity_name.ts";
import { UTime } from "../types/utime.ts";
import { CryptoKey } from "./crypto_key.ts";

/** Kinds of requests. Upstream: CEPHX_* in auth/cephx/CephxProtocol.h */
export const RequestType = {
  getAuthSessionKey: 0x0100,
  getPrincipalSessionKey: 0x0200,
  getRotatingKey: 0x0400,
} as const;

/** First byte of the payloads of AUTH_REQUEST. Upstream: AUTH_MODE_* */
export const AuthMode = { authorizer: 1, mon: 10 } as const;

/** u8 struct version in front of most of them. */
export const STRUCT_V = 1;

/** A ticket as its holder carries it: opaque, sealed for the service. Upstream: CephXTicketBlob */
export interface TicketBlob {
  readonly secretId: bigint;
  readonly blob: Uint8Array;
}
/** u8 1, u64, bytes */
export const TicketBlob: Codec<TicketBlob> = {
  decode: (d) => d.struct("CephXTicketBlob", (d) => (d.u8(), { secretId: d.u64(), blob: d.bytes() })),
  encode: (e, v) => void e.u8(STRUCT_V).u64(v.secretId).bytes(v.blob),
};
/** What is sent where there is no ticket. */
export const NO_TICKET: TicketBlob = { secretId: 0n, blob: new Uint8Array(0) };

/** The answer to a login challenge. Upstream: CephXAuthenticate */
export interface Authenticate {
  readonly version: number;
  readonly clientChallenge: bigint;
  readonly key: bigint;
  readonly oldTicket: TicketBlob;
  /** Mask of services whose tickets are wanted too. */
  readonly otherKeys: number;
}
/** v3; v1 has no other_keys. */
export const Authenticate: Codec<Authenticate> = {
  decode: (d) =>
    d.struct("CephXAuthenticate", (d) => {
      const version = d.u8();
      const clientChallenge = d.u64();
      const key = d.u64();
      const oldTicket = TicketBlob.decode(d);
      return { version, clientChallenge, key, oldTicket, otherKeys: version >= 2 ? d.u32() : 0 };
    }),
  encode(e, v): void {
    e.u8(v.version).u64(v.clientChallenge).u64(v.key);
    TicketBlob.encode(e, v.oldTicket);
    e.u32(v.otherKeys);
  },
};

/** Session key and validity, sealed for the holder of a ticket. Upstream: CephXServiceTicket */
export interface ServiceTicket {
  readonly sessionKey: CryptoKey;
  /** A duration. */
  readonly validity: UTime;
}
/** u8 1, CryptoKey, utime */
export const ServiceTicket: Codec<ServiceTicket> = {
  decode: (d) =>
    d.struct(
      "CephXServiceTicket",
      (d) => (d.u8(), { sessionKey: CryptoKey.codec.decode(d), validity: UTime.decode(d) }),
    ),
  encode: (e, v) => (e.u8(STRUCT_V), CryptoKey.codec.encode(e, v.sessionKey), UTime.encode(e, v.validity)),
};

/** The sealed part of an authorizer. Upstream: CephXAuthorize */
export interface Authorize {
  readonly nonce: bigint;
  readonly haveChallenge: boolean;
  readonly challengePlusOne: bigint;
}
/** v2; v1 has no challenge. */
export const Authorize: Codec<Authorize> = {
  decode: (d) =>
    d.struct("CephXAuthorize", (d) => {
      const version = d.u8();
      const nonce = d.u64();
      return version >= 2
        ? { nonce, haveChallenge: d.bool(), challengePlusOne: d.u64() }
        : { nonce, haveChallenge: false, challengePlusOne: 0n };
    }),
  encode: (e, v) => void e.u8(2).u64(v.nonce).bool(v.haveChallenge).u64(v.challengePlusOne),
};

/** What the monitor vouches for. Upstream: AuthTicket in auth/Auth.h */
export interface AuthTicket {
  readonly name: EntityName;
  readonly globalId: bigint;
  readonly created: UTime;
  readonly expires: UTime;
  readonly allowAll: boolean;
  /** Cap string for the service. */
  readonly caps: string;
}

const AUTH_TICKET_V = 2;
const NO_AUID = 0xffffffffffffffffn;

/** v2 with an account number that nobody uses, AuthCapsInfo, flags. */
export const AuthTicket: Codec<AuthTicket> = {
  decode: (d) =>
    d.struct("AuthTicket", (d) => {
      const version = d.u8();
      const name = EntityName.decode(d);
      const globalId = d.u64();
      if (version >= 2) d.u64();
      const created = UTime.decode(d);
      const expires = UTime.decode(d);
      d.u8();
      const allowAll = d.bool();
      const caps = decodeCaps(d);
      d.u32();
      return { name, globalId, created, expires, allowAll, caps };
    }),
  encode(e, v): void {
    e.u8(AUTH_TICKET_V);
    EntityName.encode(e, v.name);
    e.u64(v.globalId).u64(NO_AUID);
    UTime.encode(e, v.created);
    UTime.encode(e, v.expires);
    e.u8(STRUCT_V).bool(v.allowAll);
    if (v.caps === "") e.u32(0);
    else e.blob((e) => e.string(v.caps));
    e.u32(0);
  },
};

/** What a service finds in a ticket. Upstream: CephXServiceTicketInfo */
export interface TicketInfo extends AuthTicket {
  readonly sessionKey: CryptoKey;
}
/** u8 1, AuthTicket, CryptoKey */
export const TicketInfo: Codec<TicketInfo> = {
  decode: (d) =>
    d.struct(
      "CephXServiceTicketInfo",
      (d) => (d.u8(), { ...AuthTicket.decode(d), sessionKey: CryptoKey.codec.decode(d) }),
    ),
  encode(e, v): void {
    AuthTicket.encode(e.u8(STRUCT_V), v);
    CryptoKey.codec.encode(e, v.sessionKey);
  },
};

/** A bufferlist that holds an encoded string, or nothing. */
function decodeCaps(d: Decoder): string {
  const length = d.u32();
  return length === 0 ? "" : d.within(length, (d) => d.string());
}

/** A rotating secret of one service. Upstream: ExpiringCryptoKey in auth/Auth.h */
export interface RotatingSecret {
  readonly key: CryptoKey;
  readonly expires: UTime;
}
/** u8 1, CryptoKey, utime */
export const RotatingSecret: Codec<RotatingSecret> = {
  decode: (d) =>
    d.struct(
      "ExpiringCryptoKey",
      (d) => (d.u8(), { key: CryptoKey.codec.decode(d), expires: UTime.decode(d) }),
    ),
  encode(e, v): void {
    CryptoKey.codec.encode(e.u8(STRUCT_V), v.key);
    UTime.encode(e, v.expires);
  },
};

/** The service secrets of one daemon type by id. Upstream: RotatingSecrets in auth/Auth.h */
export interface RotatingSecrets {
  readonly secrets: ReadonlyMap<bigint, RotatingSecret>;
  readonly maxVersion: bigint;
}
/** u8 1, map<u64, ExpiringCryptoKey>, u64 */
export const RotatingSecrets: Codec<RotatingSecrets> = {
  decode: (d) =>
    d.struct("RotatingSecrets", (d) => {
      d.u8();
      const secrets = d.map((d) => d.u64(), RotatingSecret.decode);
      return { secrets, maxVersion: d.u64() };
    }),
  encode(e, v): void {
    e.u8(STRUCT_V).map(v.secrets, (e, id) => void e.u64(id), RotatingSecret.encode);
    e.u64(v.maxVersion);
  },
};
