/** cephx as a monitor: logins, reclaims, renewals, rotating secrets, and each way to be refused. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { DecodeError, Decoder, Encoder } from "../encoding/mod.ts";
import { EntityType, formatEntityName } from "../types/entity_name.ts";
import { METHOD_CEPHX } from "./authorizer.ts";
import { CephxClient, CephxError } from "./cephx_client.ts";
import type { CephxMonServer } from "./cephx_mon_server.ts";
import { DEFAULT_LIFE } from "./cephx_mon_tickets.ts";
import { Authenticate, NO_TICKET, RequestType, type TicketBlob } from "./cephx_structs.ts";
import { CephxVerifier, type Verdict } from "./cephx_verifier.ts";
import { counter, World } from "../../tests/fakes/mon_authority.ts";
import { CryptoKey, KeyType } from "./crypto_key.ts";
import { challengeAnswer, randomU64, SealError } from "./seal.ts";
import { NO_SECRETS, rotate, sealingSecret } from "./service_secrets.ts";

const HOUR = 3_600_000;

type Done = Extract<Verdict, { kind: "done" }>;

/** A login in memory; the errno when it is refused. */
function login(
  world: World,
  client: CephxClient,
  modes = [2, 1],
): { server: CephxMonServer; done: Done } | number {
  const server = world.server();
  const side = client.monAuthenticator(modes);
  const first = server.request(side.begin(), EntityType.mgr);
  if (first.kind !== "more") return first.kind === "refused" ? first.refusal.result : NaN;
  const done = server.more(side.more(first.payload));
  if (done.kind !== "done") return done.kind === "refused" ? done.refusal.result : NaN;
  const keys = side.done(done.globalId, done.mode, done.payload);
  assertEquals(keys.sessionKey.toHex(), done.keys.sessionKey.toHex());
  assertEquals(keys.connectionSecret.toHex(), done.keys.connectionSecret.toHex());
  return { server, done };
}

function granted(result: ReturnType<typeof login>): { server: CephxMonServer; done: Done } {
  assert(typeof result !== "number", `refused with ${result}`);
  return result;
}

for (const [name, type] of [["aes", KeyType.aes], ["aes256k", KeyType.aes256krb5]] as const) {
  Deno.test(`CephxMonServer and CephxClient log in with keys of type ${name}, in both modes`, () => {
    const world = new World(type);
    for (const [modes, secretBytes] of [[[2, 1], 64], [[1], 0]] as const) {
      const client = world.client();
      const { done } = granted(login(world, client, [...modes]));
      assertEquals(done.keys.connectionSecret.length, secretBytes);
      assertEquals(client.globalId, done.globalId);
      assertEquals(formatEntityName(done.peer.entity), "mgr.x");
    }
  });

  Deno.test(`CephxVerifier takes tickets of CephxMonServer with keys of type ${name}`, async () => {
    const world = new World(type);
    const mgr = world.client();
    const { server } = granted(login(world, mgr));
    const answer = server.answer(mgr.rotatingRequest()!);
    mgr.reply(answer.result, answer.payload);
    const osd = world.client("osd.0");
    granted(login(world, osd));
    const { done, keys } = await connect(world, osd, mgr);
    assertEquals([formatEntityName(done.peer.entity), done.peer.caps], ["osd.0", "allow profile osd"]);
    assertEquals(done.globalId, osd.globalId);
    assertEquals(keys.sessionKey.toHex(), done.keys.sessionKey.toHex());
    assertEquals(keys.connectionSecret.toHex(), done.keys.connectionSecret.toHex());
  });
}

async function connect(
  world: World,
  from: CephxClient,
  to: CephxClient,
  refetch: () => Promise<void> = () => Promise.resolve(),
): Promise<{ done: Done; keys: Done["keys"] }> {
  const verifier = new CephxVerifier({
    service: EntityType.mgr,
    methods: [METHOD_CEPHX],
    modes: [2, 1],
    secret: (id) => to.rotating.get(id),
    refetch,
    random: world.random,
  });
  const side = from.authorizer(EntityType.mgr, [2, 1])!;
  const first = await verifier.request(side.begin(), from.entity.type);
  assert(first.kind === "more", first.kind === "refused" ? String(first.refusal.result) : first.kind);
  const done = await verifier.more(side.more(first.payload));
  assert(done.kind === "done", done.kind);
  return { done, keys: side.done(done.globalId, done.mode, done.payload) };
}

Deno.test("CephxMonServer refuses what a monitor refuses, with its errno", () => {
  const world = new World();
  const other = CryptoKey.generate(KeyType.aes, world.random, { sec: 1, nsec: 0 });
  assertEquals(login(world, world.client("mgr.x", other)), -13);
  assertEquals(login(world, world.client("mgr.nobody", other)), -13);
  assertEquals(login(world, world.client("client.nocaps")), -13);
  assertEquals(login(world, world.client(), [3]), -95);
  const verdict = world.server().request({ method: 1, modes: [1], payload: new Uint8Array(0) }, 16);
  assert(verdict.kind === "refused");
  assertEquals([verdict.refusal.result, verdict.refusal.allowedMethods], [-95, [METHOD_CEPHX]]);
});

/** A login with hand-made words: the errno, or the global_id. */
function rawLogin(world: World, globalId: bigint, oldTicket: TicketBlob, version: number): bigint | number {
  const server = world.server();
  const { key } = world.entities.get("mgr.x")!;
  const payload = new Encoder().u8(10).u32(EntityType.mgr).string("x").u64(globalId).finish();
  const first = server.request({ method: METHOD_CEPHX, modes: [1], payload }, EntityType.mgr);
  assert(first.kind === "more");
  const d = new Decoder(first.payload);
  d.u8();
  const clientChallenge = randomU64(world.random);
  const e = new Encoder().u16(RequestType.getAuthSessionKey);
  const proof = challengeAnswer(key, d.u64(), clientChallenge);
  Authenticate.encode(e, { version, clientChallenge, key: proof, oldTicket, otherKeys: 55 });
  const second = server.more(e.finish());
  if (second.kind === "done") return second.globalId;
  return second.kind === "refused" ? second.refusal.result : NaN;
}

/** The AUTH ticket of a fresh login, read off the request that would show it. */
function authTicket(world: World, client = world.client()): { globalId: bigint; ticket: TicketBlob } {
  granted(login(world, client));
  const side = client.monAuthenticator([1]);
  const d = new Decoder(side.more(new Encoder().u8(1).u64(5n).finish()));
  d.u16();
  return { globalId: client.globalId, ticket: Authenticate.decode(d).oldTicket };
}

Deno.test("CephxMonServer gives back a global_id by the rules of reclaim", () => {
  const world = new World();
  const mine = authTicket(world);
  const other = authTicket(world);
  assert(mine.globalId !== other.globalId);
  for (const version of [2, 3]) assert(rawLogin(world, 0n, NO_TICKET, version) > 4100n);
  assertEquals(rawLogin(world, 0n, mine.ticket, 3), -22);
  assertEquals(rawLogin(world, mine.globalId, mine.ticket, 3), mine.globalId);
  for (const version of [2, 3]) assertEquals(rawLogin(world, mine.globalId, NO_TICKET, version), -13);
  for (const version of [2, 3]) assertEquals(rawLogin(world, mine.globalId, other.ticket, version), -13);
  world.insecureReclaim = true;
  assertEquals(rawLogin(world, mine.globalId, NO_TICKET, 2), mine.globalId);
});

Deno.test("CephxClient keeps its global_id over logins until the monitor has dropped the secret of its ticket", () => {
  const world = new World();
  const client = world.client();
  const id = granted(login(world, client)).done.globalId;
  assertEquals(granted(login(world, client)).done.globalId, id);
  world.pass(DEFAULT_LIFE.authMs / 2);
  assertEquals(granted(login(world, client)).done.globalId, id);
  for (let i = 0; i < 4; i++) world.pass(DEFAULT_LIFE.authMs);
  assertEquals(login(world, client), -13);
  assertEquals(client.globalId, id);
  client.forgetIdentity();
  assert(granted(login(world, client)).done.globalId !== id);
});

Deno.test("CephxClient.monAuthenticator() takes over nothing from a monitor that makes it somebody else", () => {
  const world = new World();
  const client = world.client();
  granted(login(world, client));
  const before = client.globalId;
  const side = client.monAuthenticator([2]);
  const server = world.server();
  const first = server.request(side.begin(), EntityType.mgr);
  assert(first.kind === "more");
  const done = server.more(side.more(first.payload));
  assert(done.kind === "done");
  assertThrows(() => side.done(9n, 2, done.payload), CephxError, "makes us 9");
  assertThrows(() => side.done(before, 2, done.payload.subarray(0, 40)), DecodeError);
  assertThrows(
    () => side.done(before, 2, new Encoder().u16(0x0100).i32(0).u8(1).u32(0).finish()),
    DecodeError,
  );
  assertEquals(client.globalId, before);
  side.done(before, 2, done.payload);
});

Deno.test("CephxClient.renewal() renews service tickets at three quarters, then the AUTH ticket", () => {
  const world = new World();
  const client = world.client();
  const { server } = granted(login(world, client));
  assertEquals(client.renewal(), undefined);
  world.pass(0.75 * HOUR);
  const services = client.renewal()!;
  assertEquals(new Decoder(services).u16(), RequestType.getPrincipalSessionKey);
  assertEquals(client.renewal(), undefined);
  const answer = server.answer(services);
  client.reply(answer.result, answer.payload);
  world.pass(HOUR / 2);
  assertEquals(client.renewal(), undefined);
  world.pass(0.75 * DEFAULT_LIFE.authMs);
  const auth = client.renewal()!;
  assertEquals(new Decoder(auth).u16(), RequestType.getAuthSessionKey);
  const { result, payload } = server.answer(auth);
  assertEquals(result, 0);
  const id = client.globalId;
  client.reply(result, payload);
  world.pass(HOUR / 2);
  assertEquals([client.renewal(), client.globalId], [undefined, id]);
  assertEquals(granted(login(world, client)).done.globalId, id);
});

Deno.test("CephxClient.renewal() tries again 10 s after a renewal without an answer", () => {
  const world = new World();
  const client = world.client();
  granted(login(world, client));
  world.pass(HOUR);
  assert(client.renewal() !== undefined);
  world.pass(9_999);
  assertEquals(client.renewal(), undefined);
  world.pass(1);
  assert(client.renewal() !== undefined);
});

Deno.test("CephxClient asks for a new ticket when a daemon refuses the old one", () => {
  const world = new World();
  const client = world.client();
  granted(login(world, client));
  client.authorizer(EntityType.osd, [2])!.refused();
  const d = new Decoder(client.renewal()!);
  const mask = d.rest();
  assertEquals(new Decoder(mask.subarray(mask.length - 4)).u32(), EntityType.osd);
});

Deno.test("CephxMonServer gives rotating secrets to services alone, and of their own type", () => {
  const world = new World();
  const mgr = world.client();
  const { server } = granted(login(world, mgr));
  const { result, payload } = server.answer(mgr.rotatingRequest()!);
  mgr.reply(result, payload);
  for (const [id, { key }] of world.secrets(EntityType.mgr)!.secrets) {
    assertEquals(mgr.rotating.get(id)?.secret.toHex(), key.secret.toHex());
  }
  const admin = world.client("client.admin");
  const refused = granted(login(world, admin)).server.answer(admin.rotatingRequest()!);
  assertEquals(refused.result, -13);
  assertThrows(() => admin.reply(refused.result, refused.payload), CephxError, "-13");
});

Deno.test("CephxClient.rotatingRequest() is quiet within a second, and ready again after a login", () => {
  const world = new World();
  const client = world.client();
  granted(login(world, client));
  assert(client.rotatingRequest() !== undefined);
  assertEquals(client.rotatingRequest(), undefined);
  world.pass(1000);
  assert(client.rotatingRequest() !== undefined);
  granted(login(world, client));
  assert(client.rotatingRequest() !== undefined);
});

Deno.test("CephxVerifier fetches once when a ticket names a secret that came after ours", async () => {
  const world = new World();
  const mgr = world.client();
  const { server } = granted(login(world, mgr));
  const fetch = (): Promise<void> => {
    const { result, payload } = server.answer(mgr.rotatingRequest()!);
    mgr.reply(result, payload);
    return Promise.resolve();
  };
  await fetch();
  assert(!mgr.rotating.stale(world.now));
  for (let i = 0; i < 5; i++) world.pass(HOUR + 1);
  assert(mgr.rotating.stale(world.now));
  const osd = world.client("osd.0");
  granted(login(world, osd));
  let fetched = 0;
  await connect(world, osd, mgr, () => (fetched++, fetch()));
  assertEquals(fetched, 1);
});

Deno.test("rotate() keeps three secrets and drops the oldest when the second expires", () => {
  const random = counter(1);
  const first = rotate(NO_SECRETS, 0, HOUR, random);
  assertEquals([...first.secrets].map(([id, s]) => [id, s.expires.sec]), [[1n, 3600], [2n, 7200], [
    3n,
    10800,
  ]]);
  assertEquals(sealingSecret(first, 0)?.id, 2n);
  assert(rotate(first, 2 * HOUR - 1, HOUR, random) === first);
  const second = rotate(first, 2 * HOUR, HOUR, random);
  assertEquals([...second.secrets.keys()], [2n, 3n, 4n]);
  assertEquals(sealingSecret(first, 2 * HOUR)?.id, 3n);
  const late = rotate(first, 100 * HOUR, HOUR, random);
  assertEquals([...late.secrets.keys()], [3n, 4n, 5n]);
  assertEquals(sealingSecret(NO_SECRETS, 0), undefined);
});

const KNOWN_ERRORS = [DecodeError, SealError, CephxError];

/** Runs a step that reads a peer's bytes; its error text, if it fails as it should. */
function failure(step: () => unknown): string {
  try {
    step();
    return "";
  } catch (e) {
    assert(e instanceof Error && KNOWN_ERRORS.some((known) => e instanceof known), String(e));
    return e.message;
  }
}

/** The payload cut short, or with a byte changed. */
const damage = (payload: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc.tuple(fc.nat(payload.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean()).map(
    ([at, bits, cut]) => {
      if (cut) return payload.slice(0, at);
      const copy = payload.slice();
      copy[at]! ^= bits;
      return copy;
    },
  );

Deno.test("cephx answers damaged bytes with refusals and DecodeErrors alone, and no text shows a key", () => {
  const world = new World();
  const client = world.client();
  const { server, done } = granted(login(world, client));
  const side = client.monAuthenticator([2]);
  const request = side.begin();
  const fresh = world.server();
  const first = fresh.request(request, EntityType.mgr);
  assert(first.kind === "more");
  const proof = side.more(first.payload);
  world.pass(0.75 * HOUR);
  const renewal = client.renewal()!;
  const answer = server.answer(renewal);
  const texts: string[] = [];
  const check = (payload: Uint8Array, take: (damaged: Uint8Array) => unknown): void =>
    fc.assert(fc.property(damage(payload), (damaged) => void texts.push(failure(() => take(damaged)))), {
      numRuns: 300,
      seed: 1,
    });
  check(request.payload, (payload) => fresh.request({ ...request, payload }, EntityType.mgr));
  check(proof, (payload) => fresh.more(payload));
  check(renewal, (payload) => server.answer(payload));
  check(answer.payload, (payload) => client.reply(0, payload));
  check(done.payload, (payload) => client.monAuthenticator([2]).done(done.globalId, 2, payload));
  check(first.payload, (payload) => client.monAuthenticator([2]).more(payload));
  const secrets = [...world.entities.values()].map(({ key }) => key)
    .concat([...world.secrets(EntityType.mgr)!.secrets.values()].map(({ key }) => key));
  const forbidden = secrets.flatMap((key) => [key.toBase64(), key.secret.toBase64(), key.secret.toHex()])
    .concat(done.keys.sessionKey.toHex(), done.keys.connectionSecret.toHex());
  for (const text of [...texts, ...world.refusals]) {
    assert(!forbidden.some((secret) => text.includes(secret)), text);
  }
  assert(texts.some((text) => text !== "") && world.refusals.length > 0);
});
