/** Logins recorded at a real monitor, replayed byte for byte. */

import { assertEquals, assertThrows } from "@std/assert";
import { specVectors } from "../../tests/spec_vectors.ts";
import { Decoder } from "../encoding/mod.ts";
import { parseEntityName } from "../types/entity_name.ts";
import { AuthorizerClient } from "./authorizer.ts";
import { CephxClient } from "./cephx_client.ts";
import { CryptoKey, KeyType } from "./crypto_key.ts";
import { SealError } from "./seal.ts";

interface RecordedTicket {
  service: number;
  secret_id: string;
  blob: string;
}
interface Handshake {
  name: string;
  inputs: {
    auth: string;
    fields: { auth_modes: number[] };
    con_mode: number;
    connection_secret: string;
    global_id: string;
    entity: string;
    entity_key: string;
    client_challenge: string;
    session_key: string;
    other_keys: number;
    auth_done: { extra_tickets: RecordedTicket[] };
  };
  frames: { dir: string; tag: string; segments: string[] }[];
}

const hex = (text: string): Uint8Array => Uint8Array.fromHex(text);
const u64le = (n: string): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(n), true);
  return bytes;
};

const recorded = (specVectors<Handshake[]>("handshakes") ?? []).filter((h) => h.inputs.auth === "mon");

function frame(h: Handshake, tag: string): Decoder {
  return new Decoder(hex(h.frames.find((f) => f.tag === tag)!.segments[0]!));
}

function client(h: Handshake, key = h.inputs.entity_key): CephxClient {
  return new CephxClient({
    entity: parseEntityName(h.inputs.entity)!,
    key: new CryptoKey(KeyType.aes, hex(key)),
    services: h.inputs.other_keys,
    now: () => 0,
    random: () => u64le(h.inputs.client_challenge),
  });
}

for (const h of recorded) {
  const modes = h.inputs.fields.auth_modes;

  Deno.test(`CephxClient logs in like the recording ${h.name}`, () => {
    const me = client(h);
    const side = me.monAuthenticator(modes);
    const request = side.begin();
    const sent = frame(h, "AUTH_REQUEST");
    assertEquals(sent.u32(), request.method);
    assertEquals(sent.list((d) => d.u32()), [...request.modes]);
    assertEquals(sent.bytes().toHex(), request.payload.toHex());
    const proof = side.more(frame(h, "AUTH_REPLY_MORE").bytes());
    assertEquals(proof.toHex(), frame(h, "AUTH_REQUEST_MORE").bytes().toHex());
    const done = frame(h, "AUTH_DONE");
    const keys = side.done(done.u64(), done.u32(), done.bytes());
    assertEquals(keys.sessionKey.toHex(), h.inputs.session_key);
    assertEquals(keys.connectionSecret.toHex(), h.inputs.connection_secret);
    assertEquals(String(me.globalId), h.inputs.global_id);
    for (const { service, blob } of h.inputs.auth_done.extra_tickets) {
      const side = me.authorizer(service, modes) as AuthorizerClient;
      assertEquals(side.begin().payload.toHex().includes(blob), true, `ticket of ${service}`);
    }
  });

  Deno.test(`CephxClient takes nothing of the recording ${h.name} with another key`, () => {
    const me = client(h, "00".repeat(16));
    const done = frame(h, "AUTH_DONE");
    const [id, mode] = [done.u64(), done.u32()];
    const payload = done.bytes();
    assertThrows(() => me.monAuthenticator(modes).done(id, mode, payload), SealError);
    assertEquals(me.globalId, 0n);
  });
}

Deno.test({
  name: "CephxClient reads the recorded answer with the rotating secrets",
  ignore: !recorded.some((h) => h.name.endsWith("rotating")),
  fn() {
    const h = recorded.find((h) => h.name.endsWith("rotating"))!;
    const front = new Decoder(hex(h.frames.findLast((f) => f.tag === "MESSAGE")!.segments[1]!));
    assertEquals([front.u32(), front.i32(), String(front.u64())], [2, 0, h.inputs.global_id]);
    const me = client(h);
    me.reply(0, front.bytes());
    assertEquals(me.rotating.ready, true);
  },
});
