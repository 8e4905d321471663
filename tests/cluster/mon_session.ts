/** A session of our own with the monitors of a test cluster: commands with binary answers, and what the monitors push. */

import { CephxClient, MGR_SERVICES } from "../../mgr/auth/cephx_client.ts";
import { Keyring } from "../../mgr/auth/keyring.ts";
import { type MessageType, type RawMessage, unpack } from "../../mgr/messages/message.ts";
import { MonClient } from "../../mgr/mon/mon_client.ts";
import { ConMode } from "../../mgr/msgr/authenticator.ts";
import { Messenger } from "../../mgr/msgr/messenger.ts";
import { systemClock } from "../../mgr/time/clock.ts";
import { AddrType, type EntityAddr } from "../../mgr/types/entity_addr.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";
import type { RealCluster } from "./real_cluster.ts";

interface MonDump {
  readonly mons: readonly { readonly public_addrs: { readonly addrvec: { type: string; addr: string }[] } }[];
}

/** The msgr2 address of the first monitor, which is on IPv4. */
export async function monitorAddr(cluster: Pick<RealCluster, "commandJson">): Promise<EntityAddr> {
  const { mons } = await cluster.commandJson<MonDump>("mon", { prefix: "mon dump" });
  const { addr } = mons[0]!.public_addrs.addrvec.find(({ type }) => type === "v2")!;
  const [ip, port] = addr.split(":") as [string, string];
  return { type: AddrType.msgr2, nonce: 0, ip, port: Number(port) };
}

/** A client.admin of ours. Dispose of it before the cluster. */
export class MonSession implements Disposable {
  readonly #mon: MonClient;
  readonly #handlers = new Map<number, (raw: RawMessage) => void>();

  private constructor(makeMonClient: (message: (raw: RawMessage) => void) => MonClient) {
    this.#mon = makeMonClient((raw) => this.#handlers.get(raw.type)?.(raw));
  }

  /** Opens a session. */
  static async open(cluster: RealCluster): Promise<MonSession> {
    const up = Promise.withResolvers<void>();
    const key = Keyring.parse(await Deno.readTextFile(`${cluster.directory}/keyring`), "keyring")
      .get("client.admin")!;
    const entity = { type: EntityType.client, id: "admin" };
    const auth = new CephxClient({ entity, key, services: MGR_SERVICES, now: () => systemClock.now() });
    const monitors = [{ addrs: [await monitorAddr(cluster)], priority: 0, weight: 0 }];
    const messenger = new Messenger(EntityType.client, 1, systemClock);
    const options = {
      clock: systemClock,
      messenger,
      auth,
      monitors,
      modes: () => [ConMode.secure, ConMode.crc],
      hostname: "",
      fsid: cluster.fsid,
    };
    const session = new MonSession((message) =>
      new MonClient(options, {
        sessionUp: () => {},
        sessionDown: () => {},
        monMap: () => up.resolve(),
        message,
        trouble: () => {},
        hopeless: (reason) => up.reject(reason),
      })
    );
    session.#mon.start();
    await up.promise;
    return session;
  }

  /** Has a subscription's messages handed over, from version `start` on. */
  subscribe<T>(name: string, start: bigint, type: MessageType<T>, take: (message: T) => void): void {
    this.#handlers.set(type.type, (raw) => take(unpack(type, raw)));
    this.#mon.subscribe(name, start);
  }

  /** The data that a command answers. Rejects when it fails. */
  async command(cmd: Record<string, unknown>, input?: Uint8Array): Promise<Uint8Array> {
    const { r, rs, data } = await this.#mon.command(cmd, { timeoutMs: 30_000 }, input);
    if (r !== 0) throw new Error(`Cannot run ${cmd.prefix}: ${r} ${rs}`);
    return data;
  }

  /** The encoded map of an epoch. */
  osdMap(epoch: number): Promise<Uint8Array> {
    return this.command({ prefix: "osd getmap", epoch });
  }

  [Symbol.dispose](): void {
    this.#mon.close("the test is over");
  }
}
