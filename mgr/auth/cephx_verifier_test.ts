/** Each way in which an authorizer is refused, and the recorded ones byte for byte. */

import { assert, assertEquals } from "@std/assert";
import { specVectors } from "../../tests/spec_vectors.ts";
import { Encoder } from "../encoding/mod.ts";
import { type EntityName, EntityType } from "../types/entity_name.ts";
import { ZERO_TIME } from "../types/utime.ts";
import { AuthorizerClient, METHOD_CEPHX } from "./authorizer.ts";
import { Authorize, TicketBlob, TicketInfo } from "./cephx_structs.ts";
import { CephxVerifier, type Verdict, type VerifierOptions } from "./cephx_verifier.ts";
import { CryptoKey, KeyType } from "./crypto_key.ts";
import { randomBytes, seal, sealInto, Usage } from "./seal.ts";

const hex = (text: string): Uint8Array => Uint8Array.fromHex(text);
const key = (fill: number): CryptoKey => new CryptoKey(KeyType.aes, new Uint8Array(16).fill(fill));
const SECRET = key(1);
const SESSION = key(2);
const OSD: EntityName = { type: EntityType.osd, id: "0" };
const GLOBAL_ID = 4105n;

function ticket(over: Partial<TicketInfo> = {}, secret = SECRET): TicketBlob {
  const info: TicketInfo = {
    name: OSD,
    globalId: GLOBAL_ID,
    created: ZERO_TIME,
    expires: ZERO_TIME,
    allowAll: false,
    caps: "allow profile osd",
    sessionKey: SESSION,
    ...over,
  };
  const e = new Encoder();
  TicketInfo.encode(e, info);
  return { secretId: 2n, blob: seal(secret, Usage.ticketInfo, e.finish()) };
}

interface Forgery {
  readonly version?: number;
  readonly globalId?: bigint;
  readonly service?: number;
  readonly ticket?: TicketBlob;
  readonly sessionKey?: CryptoKey;
  readonly authorize?: Partial<Authorize>;
}

function authorizer(f: Forgery = {}): Uint8Array {
  const e = new Encoder().u8(f.version ?? 1).u64(f.globalId ?? GLOBAL_ID).u32(f.service ?? EntityType.mgr);
  TicketBlob.encode(e, f.ticket ?? ticket());
  const authorize = { nonce: 7n, haveChallenge: false, challengePlusOne: 0n, ...f.authorize };
  sealInto(e, f.sessionKey ?? SESSION, Usage.authorize, (e) => Authorize.encode(e, authorize));
  return e.finish();
}

function makeVerifier(over: Partial<VerifierOptions> = {}): { verifier: CephxVerifier; reasons: string[] } {
  const reasons: string[] = [];
  const verifier = new CephxVerifier({
    service: EntityType.mgr,
    methods: [METHOD_CEPHX],
    modes: [2, 1],
    secret: (id) => (id === 2n ? SECRET : undefined),
    refetch: () => Promise.resolve(),
    onRefusal: (reason) => void reasons.push(reason),
    ...over,
  });
  return { verifier, reasons };
}

const ask = (payload: Uint8Array, modes = [2, 1], method = METHOD_CEPHX) => ({ method, modes, payload });
const errno = (verdict: Verdict): number | string =>
  verdict.kind === "refused" ? verdict.refusal.result : verdict.kind;

const FORGERIES: readonly (readonly [name: string, payload: () => Uint8Array, reason: string])[] = [
  ["an empty payload", () => new Uint8Array(0), "needs 1 bytes"],
  ["the first byte of a login", () => authorizer({ version: 10 }), "not an authorizer"],
  ["a reserved first byte", () => authorizer({ version: 9 }), "not an authorizer"],
  ["another service", () => authorizer({ service: EntityType.osd }), "for another service"],
  ["an unknown secret", () => authorizer({ ticket: { ...ticket(), secretId: 9n } }), "secret 9"],
  ["a ticket under another secret", () => authorizer({ ticket: ticket({}, key(9)) }), "another key"],
  ["another global_id", () => authorizer({ globalId: 1n }), "global_id"],
  ["another session key", () => authorizer({ sessionKey: key(9) }), "another key"],
  [
    "a ticket of another type",
    () => authorizer({ ticket: ticket({ name: { type: 2, id: "a" } }) }),
    "its ticket says mds",
  ],
  [
    "a session key that hides nothing",
    () => authorizer({ ticket: ticket({ sessionKey: new CryptoKey(KeyType.none, new Uint8Array(0)) }) }),
    "another key",
  ],
];

for (const [name, payload, reason] of FORGERIES) {
  Deno.test(`CephxVerifier refuses ${name} with -13`, async () => {
    const { verifier, reasons } = makeVerifier();
    assertEquals(errno(await verifier.request(ask(payload()), EntityType.osd)), -13);
    assert(reasons[0]?.includes(reason), reasons[0]);
  });
}

Deno.test("CephxVerifier refuses other methods and modes with -95 and says what it takes", async () => {
  const { verifier } = makeVerifier({ modes: (type) => (type === EntityType.osd ? [2] : [1]) });
  for (const request of [ask(authorizer(), [1]), ask(authorizer(), []), ask(authorizer(), [2], 4)]) {
    const verdict = await verifier.request(request, EntityType.osd);
    assert(verdict.kind === "refused");
    assertEquals([verdict.refusal.result, verdict.refusal.allowedModes], [-95, [2]]);
  }
  assertEquals(errno(await verifier.request(ask(authorizer(), [2, 1]), EntityType.osd)), "more");
});

Deno.test("CephxVerifier wants its own challenge answered, whatever the first round claims", async () => {
  for (
    const [authorize, expected] of [
      [{ haveChallenge: true, challengePlusOne: 6n }, "done"],
      [{ haveChallenge: true, challengePlusOne: 5n }, -13],
      [{ haveChallenge: true, challengePlusOne: 0n }, -13],
      [{ haveChallenge: false, challengePlusOne: 6n }, -13],
    ] as const
  ) {
    const { verifier } = makeVerifier({
      random: (n) => (n === 8 ? Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0) : randomBytes(n)),
    });
    const first = authorizer({ authorize: { haveChallenge: true, challengePlusOne: 1n } });
    assertEquals(errno(await verifier.request(ask(first), EntityType.osd)), "more");
    assertEquals(errno(await verifier.more(authorizer({ authorize }))), expected);
  }
});

Deno.test("CephxVerifier verifies the second round as it does the first", async () => {
  const right = { haveChallenge: true, challengePlusOne: 1n };
  for (
    const forgery of [{ globalId: 1n }, { sessionKey: key(9) }, { ticket: ticket({}, key(9)) }, {
      service: 4,
    }]
  ) {
    const { verifier } = makeVerifier({ random: (n) => new Uint8Array(n) });
    await verifier.request(ask(authorizer()), EntityType.osd);
    assertEquals(errno(await verifier.more(authorizer({ ...forgery, authorize: right }))), -13);
  }
});

Deno.test("CephxVerifier takes anybody who says to be a client, as `ceph -n osd.0` does", async () => {
  const { verifier } = makeVerifier();
  assertEquals(errno(await verifier.request(ask(authorizer()), EntityType.client)), "more");
  const admin = ticket({ name: { type: EntityType.client, id: "admin" } });
  const posing = makeVerifier().verifier.request(ask(authorizer({ ticket: admin })), EntityType.osd);
  assertEquals(errno(await posing), -13);
});

Deno.test("CephxVerifier fetches once for an unknown secret; a fetch that fails is a refusal", async () => {
  let known = false;
  let fetched = 0;
  const { verifier } = makeVerifier({
    secret: () => (known ? SECRET : undefined),
    refetch: () => (fetched++, known = true, Promise.resolve()),
  });
  assertEquals(errno(await verifier.request(ask(authorizer()), EntityType.osd)), "more");
  assertEquals(fetched, 1);
  const { verifier: lonely, reasons } = makeVerifier({
    secret: () => undefined,
    refetch: () => Promise.reject(new Error("there is no session")),
  });
  assertEquals(errno(await lonely.request(ask(authorizer()), EntityType.osd)), -13);
  assert(reasons[0]?.includes("there is no session"));
});

interface Recorded {
  name: string;
  kind: string;
  inputs: {
    rotating: Record<string, string>;
    first: string;
    second: string;
    challenge: string;
    con_mode: number;
    connection_secret: string;
  };
  expected: { challenge_payload: string; reply: string; global_id: string; name: string };
}

const u64le = (n: string): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(n), true);
  return bytes;
};

for (
  const { name, inputs, expected } of (specVectors<Recorded[]>("authorizer") ?? []).filter((v) =>
    v.kind === "verify"
  )
) {
  Deno.test(`CephxVerifier answers the recording ${name} byte for byte`, async () => {
    const { verifier } = makeVerifier({
      secret: (id) => new CryptoKey(KeyType.aes, hex(inputs.rotating[String(id)]!)),
      random: (n) => (n === 8 ? u64le(inputs.challenge) : hex(inputs.connection_secret)),
    });
    const peerType = { osd: 4, mon: 1, client: 8 }[expected.name.split(".")[0]!]!;
    const first = await verifier.request(ask(hex(inputs.first), [inputs.con_mode]), peerType);
    assert(first.kind === "more");
    assertEquals(first.payload.toHex(), expected.challenge_payload);
    const done = await verifier.more(hex(inputs.second));
    assert(done.kind === "done");
    assertEquals([done.payload.toHex(), String(done.globalId)], [expected.reply, expected.global_id]);
  });
}

Deno.test("AuthorizerClient takes no answer of a peer that does not know the session key", () => {
  const side = new AuthorizerClient(
    { service: 4, sessionKey: SESSION, blob: ticket(), expires: 1, renewAfter: 1 },
    GLOBAL_ID,
    [2],
    randomBytes,
  );
  for (
    const step of [() => side.more(new Uint8Array(32)), () => side.done(GLOBAL_ID, 2, new Uint8Array(40))]
  ) {
    let refused = false;
    try {
      step();
    } catch (e) {
      refused = e instanceof Error;
    }
    assert(refused);
  }
});
