/** A client's login where monitors want a key, and where they want none. */

import { assertEquals, assertThrows } from "@std/assert";
import { METHOD_CEPHX, METHOD_NONE } from "../../mgr/auth/authorizer.ts";
import { CryptoKey, KeyType } from "../../mgr/auth/crypto_key.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";
import { ClientLogin } from "./login.ts";

const entity = { type: EntityType.client, id: "admin" };
const key = new CryptoKey(KeyType.aes, new Uint8Array(16));
const now = (): number => 0;
const refusal = (...allowedMethods: number[]) => ({
  method: METHOD_CEPHX,
  result: -95,
  allowedMethods,
  allowedModes: [1],
});

Deno.test("ClientLogin goes over to no authentication when both sides allow it", () => {
  const login = new ClientLogin({ entity, key, allowNone: true, now });
  const authenticator = login.monAuthenticator([2, 1]);
  assertEquals(authenticator.begin().method, METHOD_CEPHX);
  assertEquals(authenticator.refused(refusal(METHOD_NONE))?.method, METHOD_NONE);
  authenticator.done(77n, 1, new Uint8Array(0));
  assertEquals(login.globalId, 77n);
  assertEquals(login.authorizer(EntityType.osd, [1])?.begin().method, METHOD_NONE);
});

Deno.test("ClientLogin does not give up its key when ceph.conf wants one", () => {
  const authenticator = new ClientLogin({ entity, key, allowNone: false, now }).monAuthenticator([1]);
  assertEquals(authenticator.refused(refusal(METHOD_NONE)), undefined);
});

Deno.test("ClientLogin has no ticket before the login", () => {
  const login = new ClientLogin({ entity, key, allowNone: false, now });
  assertEquals(login.authorizer(EntityType.osd, [1]), undefined);
});

Deno.test("ClientLogin needs a key or the permission to have none", () => {
  assertThrows(
    () => new ClientLogin({ entity, key: undefined, allowNone: false, now }),
    Error,
    "neither a key",
  );
});
