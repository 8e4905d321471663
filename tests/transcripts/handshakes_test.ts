/** Nine connections recorded between real daemons, replayed frame by frame in the role that was recorded. */

import { assert, assertEquals } from "@std/assert";
import { AuthorizerClient, METHOD_CEPHX } from "../../mgr/auth/authorizer.ts";
import { CephxClient } from "../../mgr/auth/cephx_client.ts";
import { CephxVerifier } from "../../mgr/auth/cephx_verifier.ts";
import { CryptoKey, KeyType } from "../../mgr/auth/crypto_key.ts";
import { Decoder, encodeAll } from "../../mgr/encoding/mod.ts";
import { type Authenticator, ConMode } from "../../mgr/msgr/authenticator.ts";
import { ClientIdent, ServerIdent } from "../../mgr/msgr/control.ts";
import { makeCiphers, signature } from "../../mgr/msgr/crypto.ts";
import { FrameReader, FrameWriter } from "../../mgr/msgr/frame.ts";
import type { Step } from "../../mgr/msgr/handshake.ts";
import { ClientHandshake } from "../../mgr/msgr/handshake_client.ts";
import { ServerHandshake } from "../../mgr/msgr/handshake_server.ts";
import { Session } from "../../mgr/msgr/session.ts";
import { Tag } from "../../mgr/msgr/tags.ts";
import type { EntityAddr } from "../../mgr/types/entity_addr.ts";
import { parseEntityName } from "../../mgr/types/entity_name.ts";
import { specVectors } from "../spec_vectors.ts";

interface RecordedFrame {
  readonly dir: "tx" | "rx";
  readonly tag: string;
  readonly tag_number: number;
  readonly segments: string[];
  readonly wire: string;
}
interface RecordedIdent {
  readonly addrs: EntityAddr[];
  readonly target: EntityAddr;
  readonly gid: string;
  readonly gseq: string;
}
interface Recording {
  readonly name: string;
  readonly inputs: {
    readonly role: "client" | "server";
    readonly auth: "mon" | "authorizer";
    readonly fields: {
      readonly hello_tx: { readonly entity_type: number; readonly addr: EntityAddr };
      readonly hello_rx: { readonly entity_type: number; readonly addr: EntityAddr };
      readonly auth_modes: number[];
      readonly client_ident: RecordedIdent;
      readonly server_ident: RecordedIdent;
    };
    readonly con_mode: number;
    readonly connection_secret: string;
    readonly session_key: string;
    readonly global_id: string;
    readonly entity: string;
    readonly entity_key: string;
    readonly client_challenge: string;
    readonly other_keys: number;
    readonly rotating: Record<string, string>;
    readonly challenge: string;
    readonly authorizer_nonce: string;
    readonly secret_id: string;
    readonly ticket_blob: string;
    readonly service: number;
  };
  readonly frames: RecordedFrame[];
}

const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(text);
const aes = (text: string): CryptoKey => new CryptoKey(KeyType.aes, hex(text));
const u64le = (n: string): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(n), true);
  return bytes;
};
const recordings = specVectors<Recording[]>("handshakes") ?? [];

/** Everything of one direction from the banner to AUTH_DONE: what signatures cover. */
function signed({ frames }: Recording, dir: "tx" | "rx"): Uint8Array[] {
  const done = frames.findIndex((f) => f.tag === "AUTH_DONE");
  return frames.slice(0, done + 1).filter((f) => f.dir === dir).map((f) => hex(f.wire));
}

/** The frames of the recording in the order in which a handshake meets them. */
function handshakeFrames({ frames }: Recording): RecordedFrame[] {
  const last = frames.findIndex((f) => f.tag === "SERVER_IDENT");
  return frames.slice(2, last + 1);
}

for (const r of recordings) {
  const { inputs } = r;
  const secret = hex(inputs.connection_secret);

  Deno.test(`FrameWriter and FrameReader agree with every frame of ${r.name}`, async () => {
    for (const dir of ["tx", "rx"] as const) {
      const role = (dir === "tx") === (inputs.role === "client") ? "client" : "server";
      const writer = new FrameWriter();
      const reader = new FrameReader();
      reader.allowMessages();
      const frames = r.frames.slice(2).filter((f) => f.dir === dir);
      for (const frame of frames) {
        if (frame.tag === "AUTH_SIGNATURE" && inputs.con_mode === ConMode.secure) {
          writer.secure(makeCiphers(secret, role).sealer);
          reader.secure(makeCiphers(secret, role === "client" ? "server" : "client").opener);
        }
        const wire = writer.write(frame.tag_number, frame.segments.map(hex));
        assertEquals(wire.toHex(), frame.wire, frame.tag);
        reader.push(wire);
        const read = (await reader.next())!;
        assertEquals([read.tag, read.segments[0]!.toHex()], [frame.tag_number, frame.segments[0]!]);
        if (frame.tag === "MESSAGE") assertEquals(new Session().frame(read)?.kind, "message");
      }
    }
  });

  Deno.test(`signature() agrees with both signatures of ${r.name}`, () => {
    const signatures = r.frames.filter((f) => f.tag === "AUTH_SIGNATURE");
    assertEquals(signatures.length, 2);
    for (const { dir, segments } of signatures) {
      const covered = signed(r, dir === "tx" ? "rx" : "tx");
      assertEquals(signature(hex(inputs.session_key), covered).toHex(), segments[0]);
    }
  });

  Deno.test(`The ${inputs.role}'s handshake repeats ${r.name}`, async () => {
    if (inputs.role === "client") replayClient(r);
    else await replayServer(r);
  });
}

/** Sends and signatures among the steps, as `tag payload`. */
function said(r: Recording, steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.kind === "send") return [`${step.tag} ${step.payload.toHex()}`];
    const covered = signed(r, "rx");
    return step.kind === "sign"
      ? [`${Tag.AUTH_SIGNATURE} ${signature(hex(r.inputs.session_key), covered).toHex()}`]
      : [];
  });
}

function authenticatorOf({ inputs: i }: Recording): Authenticator {
  if (i.auth === "authorizer") {
    const blob = { secretId: BigInt(i.secret_id), blob: hex(i.ticket_blob) };
    const ticket = { service: i.service, sessionKey: aes(i.session_key), blob, expires: 1, renewAfter: 1 };
    return new AuthorizerClient(
      ticket,
      BigInt(i.global_id),
      i.fields.auth_modes,
      () => u64le(i.authorizer_nonce),
    );
  }
  const client = new CephxClient({
    entity: parseEntityName(i.entity)!,
    key: aes(i.entity_key),
    services: i.other_keys,
    now: () => 0,
    random: () => u64le(i.client_challenge),
  });
  return client.monAuthenticator(i.fields.auth_modes);
}

function replayClient(r: Recording): void {
  const { fields, global_id } = r.inputs;
  const ident = fields.client_ident;
  const side = new ClientHandshake({
    entityType: fields.hello_tx.entity_type,
    target: ident.target,
    targetType: fields.hello_rx.entity_type,
    authenticator: authenticatorOf(r),
    nonce: ident.addrs[0]!.nonce,
    gid: BigInt(ident.gid),
    globalSeq: BigInt(ident.gseq),
  }, () => signature(hex(r.inputs.session_key), signed(r, "tx")));
  const out = said(r, side.begin()).map((text) =>
    text.replace(...withNonceOf(fields.hello_tx.addr, ident.target))
  );
  let open: Step | undefined;
  for (const frame of handshakeFrames(r).filter((f) => f.dir === "rx")) {
    const steps = side.frame(frame.tag_number, hex(frame.segments[0]!));
    out.push(...said(r, steps));
    open = steps.find((step) => step.kind === "open") ?? open;
  }
  const recorded = handshakeFrames(r).filter((f) => f.dir === "tx").map((f) =>
    `${f.tag_number} ${f.tag === "CLIENT_IDENT" ? asOurs(f.segments[0]!) : f.segments[0]}`
  );
  assertEquals(out, recorded);
  assert(open?.kind === "open");
  assertEquals([String(open.peer.globalId), open.peer.mode], [global_id, r.inputs.con_mode]);
}

/** The recorded HELLO to an OSD leaves the nonce out, which nobody looks at. */
function withNonceOf(recorded: EntityAddr, ours: EntityAddr): [string, string] {
  const le = (n: number): string => u64le(String(n)).subarray(0, 4).toHex();
  return [`02000000${le(ours.nonce)}10000000`, `02000000${le(recorded.nonce)}10000000`];
}

/** Our address is of type any, as that of every peer which does not listen; the recorded client says v2. */
function asOurs(payload: string): string {
  const ident = ClientIdent.decode(new Decoder(hex(payload)));
  return encodeAll(ClientIdent.encode, { ...ident, addrs: ident.addrs.map((a) => ({ ...a, type: 3 })) })
    .toHex();
}

async function replayServer(r: Recording): Promise<void> {
  const { inputs: i } = r;
  const { hello_tx, server_ident } = i.fields;
  const verifier = new CephxVerifier({
    service: i.service,
    methods: [METHOD_CEPHX],
    modes: [ConMode.secure, ConMode.crc],
    secret: (id) => aes(i.rotating[String(id)]!),
    refetch: () => Promise.resolve(),
    random: (n) => n === 8 ? u64le(i.challenge) : hex(i.connection_secret),
  });
  const side = new ServerHandshake({
    entityType: hello_tx.entity_type,
    addrs: () => server_ident.addrs,
    socketAddr: hello_tx.addr,
    gid: () => BigInt(server_ident.gid),
    globalSeq: BigInt(server_ident.gseq),
  }, () => signature(hex(i.session_key), signed(r, "tx")));
  const out = said(r, side.begin());
  let open: Step | undefined;
  for (const frame of handshakeFrames(r).filter((f) => f.dir === "rx")) {
    const steps = side.frame(frame.tag_number, hex(frame.segments[0]!));
    const verify = steps.find((step) => step.kind === "verify");
    out.push(...said(r, steps));
    if (verify) {
      const { request, more, peerType } = verify;
      const verdict = more ? verifier.more(request.payload) : verifier.request(request, peerType);
      out.push(...said(r, side.verdict(await verdict)));
    }
    open = steps.find((step) => step.kind === "open") ?? open;
  }
  const recorded = handshakeFrames(r).filter((f) => f.dir === "tx").map((f) =>
    `${f.tag_number} ${f.segments[0]}`
  );
  assertEquals(out, recorded);
  assert(open?.kind === "open");
  assertEquals(String(open.peer.identity?.globalId), i.global_id);
  assertEquals(ServerIdent.decode(new Decoder(hex(recorded.at(-1)!.split(" ")[1]!))).flags, 1n);
}
