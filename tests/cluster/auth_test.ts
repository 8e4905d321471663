/** cephx against real daemons: a monitor, an OSD, and the stock CLI at our own monitor role. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CephxClient, type CephxClientOptions, MGR_SERVICES } from "../../mgr/auth/cephx_client.ts";
import { CephxMonServer } from "../../mgr/auth/cephx_mon_server.ts";
import { DEFAULT_LIFE } from "../../mgr/auth/cephx_mon_tickets.ts";
import { CryptoKey, KeyType } from "../../mgr/auth/crypto_key.ts";
import { Keyring } from "../../mgr/auth/keyring.ts";
import { randomBytes } from "../../mgr/auth/seal.ts";
import { NO_SECRETS, rotate } from "../../mgr/auth/service_secrets.ts";
import { AuthNoneClient } from "../../mgr/auth/auth_none.ts";
import { MAuth, MAuthReply } from "../../mgr/messages/auth.ts";
import { pack, unpack } from "../../mgr/messages/message.ts";
import { type Authenticator, ConMode, type PeerIdentity } from "../../mgr/msgr/authenticator.ts";
import type { Connection } from "../../mgr/msgr/connection.ts";
import { AuthRefusedError } from "../../mgr/msgr/errors.ts";
import { Messenger } from "../../mgr/msgr/messenger.ts";
import { systemClock } from "../../mgr/time/clock.ts";
import { AddrType, type EntityAddr } from "../../mgr/types/entity_addr.ts";
import { EntityType, formatEntityName, parseEntityName } from "../../mgr/types/entity_name.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const HOUR_MS = 3_600_000;

interface AddrVec {
  readonly addrvec: { readonly type: string; readonly addr: string; readonly nonce: number }[];
}

function v2Of({ addrvec }: AddrVec): EntityAddr {
  const { addr, nonce } = addrvec.find(({ type }) => type === "v2")!;
  const [ip, port] = addr.split(":") as [string, string];
  return { type: AddrType.msgr2, nonce, ip, port: Number(port) };
}

async function monAddr(cluster: RealCluster): Promise<EntityAddr> {
  const { mons } = await cluster.commandJson<{ mons: { public_addrs: AddrVec }[] }>("mon", {
    prefix: "mon dump",
  });
  return v2Of(mons[0]!.public_addrs);
}

/** A client for an entity that is made with the caps of a manager. */
async function makeClient(
  cluster: RealCluster,
  name: string,
  over: Partial<CephxClientOptions> = {},
): Promise<CephxClient> {
  const caps = ["mon", "allow profile mgr", "osd", "allow *"];
  const { out } = await cluster.command("mon", { prefix: "auth get-or-create", entity: name, caps });
  const key = Keyring.parse(out, name).get(name)!;
  const entity = parseEntityName(name)!;
  return new CephxClient({ entity, key, services: MGR_SERVICES, now: () => 0, ...over });
}

/** A session, with a way to ask it by MAuth. */
interface Session extends AsyncDisposable {
  readonly mode: number;
  readonly connection: Connection;
  ask(payload: Uint8Array): Promise<{ result: number; payload: Uint8Array }>;
}

/** Dials; rejects with what ended the connection before it was open. */
async function dial(addr: EntityAddr, peerType: number, authenticator: Authenticator): Promise<Session> {
  const opened = Promise.withResolvers<number>();
  const ended = Promise.withResolvers<void>();
  const answers: PromiseWithResolvers<{ result: number; payload: Uint8Array }>[] = [];
  const connection = await new Messenger(EntityType.mgr, 1, systemClock).connect(
    { addr, peerType, authenticator },
    {
      open: (_, peer) => opened.resolve(peer.mode),
      message: (_, raw) => {
        if (raw.type === MAuthReply.type) answers.shift()?.resolve(unpack(MAuthReply, raw));
      },
      closed: (_, reason) => {
        opened.reject(reason);
        ended.resolve();
      },
    },
  );
  const mode = await opened.promise;
  return {
    mode,
    connection,
    ask(payload) {
      const answer = Promise.withResolvers<{ result: number; payload: Uint8Array }>();
      answers.push(answer);
      connection.send(pack(MAuth, { protocol: 2, payload, monmapEpoch: 0 }));
      return answer.promise;
    },
    async [Symbol.asyncDispose]() {
      connection.close("the test is over");
      await ended.promise;
    },
  };
}

const refusal = async (dialling: Promise<Session>): Promise<number> => {
  try {
    await dialling;
  } catch (e) {
    if (e instanceof AuthRefusedError) return e.errno;
    throw e;
  }
  return 0;
};

Deno.test(
  { name: "CephxClient logs in to a real monitor, keeps its global_id and its tickets", ignore },
  () =>
    RealCluster.run({}, async (cluster) => {
      let now = 0;
      const client = await makeClient(cluster, "mgr.t", { now: () => now });
      const addr = await monAddr(cluster);
      const login = (modes: readonly number[]): Promise<Session> =>
        dial(addr, EntityType.mon, client.monAuthenticator(modes));
      await using first = await login([ConMode.secure, ConMode.crc]);
      const id = client.globalId;
      assert(id > 0n);
      await using second = await login([ConMode.crc]);
      assertEquals([first.mode, second.mode, client.globalId], [ConMode.secure, ConMode.crc, id]);
      const ask = async (request: Uint8Array): Promise<void> => {
        const { result, payload } = await second.ask(request);
        client.reply(result, payload);
      };
      await ask(client.rotatingRequest()!);
      assert(client.rotating.ready && !client.rotating.stale(now));
      for (const at of [0.75 * HOUR_MS, 0.75 * DEFAULT_LIFE.authMs + HOUR_MS]) {
        now = at;
        await ask(client.renewal()!);
        now += HOUR_MS / 2;
        assertEquals(client.renewal(), undefined);
      }
      await using third = await login([ConMode.secure]);
      assertEquals([third.mode, client.globalId], [ConMode.secure, id]);
    }),
);

Deno.test(
  { name: "A real monitor refuses wrong keys and lost identities, and CephxClient says so", ignore },
  () =>
    RealCluster.run({}, async (cluster) => {
      const addr = await monAddr(cluster);
      const modes = [ConMode.secure, ConMode.crc];
      const key = CryptoKey.generate(KeyType.aes, randomBytes, { sec: 1, nsec: 0 });
      const stranger = await makeClient(cluster, "mgr.t", { key });
      assertEquals(await refusal(dial(addr, EntityType.mon, stranger.monAuthenticator(modes))), -13);
      assertEquals(stranger.globalId, 0n);
      const none = new AuthNoneClient({ type: EntityType.mgr, id: "t" });
      assertEquals(await refusal(dial(addr, EntityType.mon, none.monAuthenticator())), -95);
      const nobody = await makeClient(cluster, "mgr.u");
      await using _session = await dial(addr, EntityType.mon, nobody.monAuthenticator(modes));
      await cluster.command("mon", { prefix: "auth rm", entity: "mgr.u" });
      assertEquals(await refusal(dial(addr, EntityType.mon, nobody.monAuthenticator(modes))), -13);
    }),
);

Deno.test(
  { name: "AuthorizerClient opens sessions with a real OSD in both modes", ignore },
  () =>
    RealCluster.run(
      { osds: 1, conf: ["ms client mode = crc secure", "ms service mode = crc secure"] },
      async (cluster) => {
        const client = await makeClient(cluster, "mgr.t");
        await using _login = await dial(
          await monAddr(cluster),
          EntityType.mon,
          client.monAuthenticator([ConMode.secure]),
        );
        const { osds } = await cluster.commandJson<{ osds: { public_addrs: AddrVec }[] }>("mon", {
          prefix: "osd dump",
        });
        const addr = v2Of(osds[0]!.public_addrs);
        for (const mode of [ConMode.crc, ConMode.secure]) {
          await using session = await dial(addr, EntityType.osd, client.authorizer(EntityType.osd, [mode])!);
          assertEquals(session.mode, mode);
        }
        await assertRejects(
          () => dial(addr, EntityType.osd, client.authorizer(EntityType.mds, [2])!),
          AuthRefusedError,
        );
      },
    ),
);

Deno.test({ name: "CephxMonServer takes the login of the stock CLI", ignore }, async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-auth-" });
  const keyring = `${directory}/keyring`;
  const key = CryptoKey.generate(KeyType.aes, randomBytes, { sec: 1, nsec: 0 });
  await Deno.writeTextFile(keyring, `[client.admin]\n\tkey = ${key.toBase64()}\n`);
  const wall = Date.now();
  const tables = new Map(
    [1, 2, 4, 16, 32].map((type) => [type, rotate(NO_SECRETS, wall, HOUR_MS, randomBytes)]),
  );
  const proven = Promise.withResolvers<PeerIdentity>();
  const refusals: string[] = [];
  const server = (): CephxMonServer =>
    new CephxMonServer({
      life: DEFAULT_LIFE,
      secrets: (service) => tables.get(service),
      wall: () => wall,
      random: randomBytes,
      entity: (name) =>
        formatEntityName(name) === "client.admin" ? { key, caps: new Map([["mon", "allow *"]]) } : undefined,
      newGlobalId: () => 4242n,
      modes: [ConMode.secure, ConMode.crc],
      insecureReclaim: false,
      onRefusal: (reason) => void refusals.push(reason),
    });
  const acceptor = new Messenger(EntityType.mon, 0, systemClock).listen(
    { ip: "127.0.0.1", portMin: 41_050, portMax: 41_090, verifier: server, gid: () => 0n },
    { open: (_, peer) => proven.resolve(peer.identity!), message: () => {} },
  );
  const mon = `v2:127.0.0.1:${acceptor.addrs[0]!.port}`;
  const cli = (...args: string[]): Deno.ChildProcess =>
    new Deno.Command("ceph", {
      args: ["-c", "/dev/null", "-m", mon, "-k", keyring, "--connect-timeout", "5", ...args, "-s"],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
  const admin = cli();
  try {
    const { entity, globalId, caps } = await proven.promise;
    assertEquals([formatEntityName(entity), globalId, caps], ["client.admin", 4242n, "allow *"]);
    assertEquals(refusals, []);
    await Deno.writeTextFile(keyring, `[client.admin]\n\tkey = AQDpTARrHSoVORAAHttQ2ply6z4kcSunHn/I5Q==\n`);
    const { stderr } = await cli().output();
    assertStringIncludes(refusals[0]!, "client.admin has another key");
    assertStringIncludes(new TextDecoder().decode(stderr), "13");
  } finally {
    admin.kill("SIGKILL");
    await admin.output();
    acceptor.close("the test is over");
    await Deno.remove(directory, { recursive: true });
  }
});
