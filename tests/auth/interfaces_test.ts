/** mgr/auth fulfils the interfaces of mgr/msgr without importing them: this file does not compile when it does not. */

import { assertEquals } from "@std/assert";
import { AuthNoneClient } from "../../mgr/auth/auth_none.ts";
import type { AuthorizerClient } from "../../mgr/auth/authorizer.ts";
import { CephxClient, MGR_SERVICES } from "../../mgr/auth/cephx_client.ts";
import type { CephxMonServer } from "../../mgr/auth/cephx_mon_server.ts";
import { CephxVerifier } from "../../mgr/auth/cephx_verifier.ts";
import { CryptoKey, KeyType } from "../../mgr/auth/crypto_key.ts";
import type { Authenticator, Verifier } from "../../mgr/msgr/authenticator.ts";
import { ConMode } from "../../mgr/msgr/authenticator.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";

type Fulfils<Wanted, Given extends Wanted> = Given;
/** Never used: the types are the test. */
export type Checks = [
  Fulfils<Authenticator, ReturnType<CephxClient["monAuthenticator"]>>,
  Fulfils<Authenticator, AuthorizerClient>,
  Fulfils<Authenticator, ReturnType<AuthNoneClient["monAuthenticator"]>>,
  Fulfils<Authenticator, ReturnType<AuthNoneClient["authorizer"]>>,
  Fulfils<Verifier, CephxVerifier>,
  Fulfils<Verifier, CephxMonServer>,
];

const entity = { type: EntityType.mgr, id: "x" };

Deno.test("AuthNoneClient and CephxVerifier agree without authentication, in crc mode alone", async () => {
  const verifier: Verifier = new CephxVerifier({
    service: EntityType.mgr,
    methods: [1],
    modes: [ConMode.secure, ConMode.crc],
    secret: () => undefined,
    refetch: () => Promise.resolve(),
  });
  const client = new AuthNoneClient(entity);
  client.monAuthenticator().done(4123n);
  const side: Authenticator = client.authorizer();
  const verdict = await verifier.request(side.begin(), EntityType.mgr);
  if (verdict.kind !== "done") throw new Error(verdict.kind);
  assertEquals(verdict.peer, { entity, globalId: 4123n, caps: "", allowAll: true });
  assertEquals([verdict.mode, verdict.keys.sessionKey.length], [ConMode.crc, 0]);
  const secure = await verifier.request({ ...side.begin(), modes: [ConMode.secure] }, EntityType.mgr);
  if (secure.kind !== "refused") throw new Error(secure.kind);
  assertEquals(secure.refusal, { method: 1, result: -95, allowedMethods: [1], allowedModes: [2, 1] });
});

Deno.test("CephxClient.authorizer() is undefined without a ticket", () => {
  const key = new CryptoKey(KeyType.aes, new Uint8Array(16));
  const client = new CephxClient({ entity, key, services: MGR_SERVICES, now: () => 0 });
  assertEquals(client.authorizer(EntityType.osd, [ConMode.secure]), undefined);
});
