/** cephx against recorded vectors. */

import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { specVectors } from "../../tests/spec_vectors.ts";
import { Decoder, Encoder } from "../encoding/mod.ts";
import { MAuth } from "../messages/auth.ts";
import { pack } from "../messages/message.ts";
import { formatEntityName } from "../types/entity_name.ts";
import { AuthorizerClient, METHOD_CEPHX } from "./authorizer.ts";
import { CephxClient, MGR_SERVICES } from "./cephx_client.ts";
import { CephxVerifier } from "./cephx_verifier.ts";
import { CryptoKey, KeyType } from "./crypto_key.ts";
import { findKey, Keyring } from "./keyring.ts";
import { openRfc8009, sealRfc8009 } from "./rfc8009.ts";
import { challengeAnswer, open, seal, SealError, sealInto } from "./seal.ts";

const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(text);
const aes = (text: string): CryptoKey => new CryptoKey(KeyType.aes, hex(text));
const u64le = (n: string): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(n), true);
  return bytes;
};

interface Vector {
  name: string;
  kind: string;
  // deno-lint-ignore no-explicit-any -- JSON of the specification, of another shape for each kind
  inputs: any;
  // deno-lint-ignore no-explicit-any -- the same
  expected: any;
}
const vectors = (key: string, kind: string): Vector[] =>
  (specVectors<Vector[]>(key) ?? []).filter((v) => v.kind === kind);

for (const v of vectors("cephx", "seal")) {
  Deno.test(`seal() and open() agree with ${v.name}`, () => {
    const sealed = seal(aes(v.inputs.key), 0, hex(v.inputs.body));
    assertEquals(sealed.toHex(), v.expected);
    assertEquals(open(aes(v.inputs.key), 0, sealed).toHex(), v.inputs.body);
  });
}

for (const v of vectors("cephx", "lseal")) {
  Deno.test(`sealInto() agrees with ${v.name}`, () => {
    const e = new Encoder();
    sealInto(e, aes(v.inputs.key), 0, (e) => void e.raw(hex(v.inputs.body)));
    assertEquals(e.finish().toHex(), v.expected);
  });
}

for (const v of vectors("rotating", "mauth")) {
  Deno.test(`MAuth agrees with ${v.name}`, () => {
    const { front } = pack(MAuth, { protocol: METHOD_CEPHX, payload: hex(v.inputs.payload), monmapEpoch: 0 });
    assertEquals(front.toHex(), v.expected);
  });
}

for (const v of vectors("cephx", "challenge")) {
  Deno.test(`challengeAnswer() agrees with ${v.name}`, () => {
    const answer = challengeAnswer(
      aes(v.inputs.key),
      BigInt(v.inputs.server_challenge),
      BigInt(v.inputs.client_challenge),
    );
    assertEquals(String(answer), v.expected);
  });
}

for (const v of vectors("cephx", "keyring")) {
  Deno.test(`CryptoKey.fromBase64() agrees with ${v.name}`, () => {
    const key = CryptoKey.fromBase64(v.inputs.base64);
    assertEquals([key.type, key.secret.toHex(), key.toBase64()], [
      v.expected.type,
      v.expected.secret,
      v.inputs.base64,
    ]);
  });
}

for (const v of vectors("aes256k", "raw")) {
  Deno.test(`sealRfc8009() and openRfc8009() agree with ${v.name}`, () => {
    const { key, usage, plain, confounder } = v.inputs;
    const sealed = sealRfc8009(hex(key), usage, hex(plain), hex(confounder));
    assertEquals(sealed.toHex(), v.expected);
    assertEquals(openRfc8009(hex(key), usage, sealed)?.toHex(), plain);
    assertEquals(openRfc8009(hex(key), usage + 1, sealed), undefined);
  });
}

for (const v of vectors("aes256k", "seal")) {
  Deno.test(`seal() with a key of type aes256k agrees with ${v.name}`, () => {
    const key = new CryptoKey(KeyType.aes256krb5, hex(v.inputs.key));
    const sealed = seal(key, v.inputs.usage, hex(v.inputs.body), () => hex(v.inputs.confounder));
    assertEquals(sealed.toHex(), v.expected);
    assertEquals(open(key, v.inputs.usage, sealed).toHex(), v.inputs.body);
  });
}

for (const v of vectors("aes256k", "challenge")) {
  Deno.test(`challengeAnswer() with a key of type aes256k agrees with ${v.name}`, () => {
    const key = new CryptoKey(KeyType.aes256krb5, hex(v.inputs.key));
    const answer = challengeAnswer(key, BigInt(v.inputs.server_challenge), BigInt(v.inputs.client_challenge));
    assertEquals(String(answer), String(v.expected));
  });
}

for (const v of vectors("rotating", "rotating")) {
  Deno.test(`CephxClient.reply() takes the secrets of ${v.name}`, () => {
    const client = new CephxClient({
      entity: { type: 16, id: "x" },
      key: aes(v.inputs.entity_key),
      services: MGR_SERVICES,
      now: () => 0,
    });
    client.reply(0, hex(v.inputs.result_bl));
    assert(client.rotating.ready);
    for (const { id, key } of v.expected.secrets) {
      assertEquals(client.rotating.get(BigInt(id))?.secret.toHex(), key);
    }
  });
}

for (const v of vectors("authorizer", "authorizer")) {
  Deno.test(`AuthorizerClient agrees with ${v.name}`, () => {
    const { inputs, expected } = v;
    const ticket = {
      service: inputs.service,
      sessionKey: aes(inputs.session_key),
      blob: { secretId: BigInt(inputs.secret_id), blob: hex(inputs.ticket_blob) },
      expires: 1,
      renewAfter: 1,
    };
    const client = new AuthorizerClient(ticket, BigInt(inputs.global_id), [2, 1], () => u64le(inputs.nonce));
    assertEquals(client.begin().payload.toHex(), expected.first);
    assertEquals(client.more(hex(expected.challenge)).toHex(), expected.second);
    assertEquals(client.done(0n, 2, hex(expected.reply)).connectionSecret.toHex(), inputs.connection_secret);
    const wrong = hex(expected.reply);
    wrong[8]! ^= 1;
    assertThrows(() => client.done(0n, 2, wrong));
  });
}

function verifier(
  inputs: Record<string, string>,
  rotating: Record<string, string>,
  refetch = () => Promise.resolve(),
): CephxVerifier {
  return new CephxVerifier({
    service: 16,
    methods: [METHOD_CEPHX],
    modes: [2, 1],
    secret: (id) => (rotating[String(id)] ? aes(rotating[String(id)]!) : undefined),
    refetch,
    random: (n) => (n === 8 && inputs.challenge ? u64le(inputs.challenge) : new Uint8Array(n)),
  });
}

for (const v of vectors("authorizer", "verify")) {
  Deno.test(`CephxVerifier agrees with ${v.name}`, async () => {
    const { inputs, expected } = v;
    const challenge = String(expected.challenge ?? inputs.challenge ?? "1");
    const peerType = parseEntityType(expected);
    const side = verifier({ challenge }, inputs.rotating);
    const first = await side.request(
      { method: METHOD_CEPHX, modes: [2, 1], payload: hex(inputs.first) },
      peerType,
    );
    assertEquals(first.kind, "more");
    const second = await side.more(hex(inputs.second));
    assert(second.kind === "done", JSON.stringify(second.kind === "refused" ? second.refusal : second.kind));
    assertEquals(formatEntityName(second.peer.entity).replace("unknown", "?"), expected.name);
    assertEquals(second.peer.caps, expected.caps);
    assertEquals(second.keys.sessionKey.toHex(), expected.session_key);
  });

  Deno.test(`CephxVerifier refuses forgeries of ${v.name}`, async () => {
    const { inputs, expected } = v;
    const peerType = parseEntityType(expected);
    const request = { method: METHOD_CEPHX, modes: [2, 1], payload: hex(inputs.first) };
    let fetched = 0;
    const unknown = verifier({}, {}, () => (fetched++, Promise.resolve()));
    assertEquals((await unknown.request(request, peerType)).kind, "refused");
    assertEquals(fetched, 1);
    assertEquals((await verifier({}, inputs.rotating).request(request, 8 ^ peerType)).kind, "refused");
    // Mode, global_id, service and secret id; AES-CBC itself protects no more than the magic of each sealed text.
    for (const at of [0, 1, 8, 9, 12, 14, 21]) {
      const forged = request.payload.slice();
      forged[at]! ^= 0x40;
      const verdict = await verifier({}, inputs.rotating).request({ ...request, payload: forged }, peerType);
      assertEquals(verdict.kind, "refused", `byte ${at}`);
    }
    for (let at = 0; at < request.payload.length; at++) {
      const cut = { ...request, payload: request.payload.slice(0, at) };
      assertEquals(
        (await verifier({}, inputs.rotating).request(cut, peerType)).kind,
        "refused",
        `cut at ${at}`,
      );
    }
    const side = verifier({ challenge: "5" }, inputs.rotating);
    await side.request(request, peerType);
    assertEquals((await side.more(hex(inputs.second))).kind, "refused");
  });
}

function parseEntityType(expected: { name: string }): number {
  return { "osd": 4, "mon": 1, "client": 8, "mgr": 16, "mds": 2 }[expected.name.split(".")[0]!]!;
}

Deno.test("CephxVerifier refuses methods and modes that are not allowed with -95", async () => {
  for (const [method, modes] of [[1, [1]], [2, [3]], [2, []]] as const) {
    const verdict = await verifier({}, {}).request({ method, modes, payload: new Uint8Array(0) }, 8);
    assert(verdict.kind === "refused");
    assertEquals(verdict.refusal.result, -95);
  }
});

const SECRET = "AQDpTARrHSoVORAAHttQ2ply6z4kcSunHn/I5Q==";

Deno.test("Keyring.parse() reads sections, comments and blanks", () => {
  const keyring = Keyring.parse(
    `# a keyring\n[mgr.x]\n\tkey = ${SECRET}\n caps mon = "allow *"\n[client.admin]\nkey=${SECRET}\n`,
    "k",
  );
  assertEquals(keyring.entities(), ["mgr.x", "client.admin"]);
  assertEquals(keyring.get("mgr.x")?.toBase64(), SECRET);
});

Deno.test("Keyring.parse() names file and line, never the key", () => {
  const bad = SECRET.slice(0, 20);
  const error = (() => {
    try {
      Keyring.parse(`[mgr.x]\nkey = ${bad}\n`, "/k");
    } catch (e) {
      return String(e);
    }
    return "";
  })();
  assertStringIncludes(error, "/k:2");
  assert(!error.includes(bad));
  assertThrows(() => Keyring.parse("key = x\n", "/k"), Error, "/k:1");
});

Deno.test("CryptoKey shows its bytes to nobody", () => {
  const key = CryptoKey.fromBase64(SECRET);
  for (const text of [String(key), JSON.stringify({ key }), Deno.inspect({ key })]) {
    assert(!text.includes("1edb50"), text);
    assert(!text.includes("30, 219"), text);
    assertStringIncludes(text, "CryptoKey(type 1)");
  }
});

Deno.test("findKey() takes the first keyring that exists and says what is wrong otherwise", () => {
  const files = new Map([["/b", `[mgr.x]\nkey = ${SECRET}`]]);
  const read = (path: string): string => {
    const text = files.get(path);
    if (text === undefined) throw new Deno.errors.NotFound(path);
    return text;
  };
  const sources = { key: "", keyfile: "", keyring: "/a,/b" };
  assertEquals(findKey(sources, "mgr.x", read).toBase64(), SECRET);
  assertEquals(findKey({ ...sources, key: SECRET }, "mgr.y", read).toBase64(), SECRET);
  assertThrows(() => findKey(sources, "mgr.y", read), Error, "keyring /b has no key of mgr.y");
  assertThrows(() => findKey({ ...sources, keyring: "/a" }, "mgr.x", read), Error, "none of /a exists");
});

Deno.test("open() refuses another key", async () => {
  const sealed = seal(aes("00".repeat(16)), 0, new Uint8Array(40));
  assertThrows(() => open(aes("01".repeat(16)), 0, sealed), SealError);
  await assertRejects(
    async () => await Promise.resolve(new Decoder(open(aes("00".repeat(16)), 0, sealed.subarray(16)))),
    SealError,
  );
});
