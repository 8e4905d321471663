/** Our RADOS client on a real cluster, put together as the manager does it, without the manager. */

import { CephxClient, MGR_SERVICES } from "../../mgr/auth/cephx_client.ts";
import { Keyring } from "../../mgr/auth/keyring.ts";
import { MFSMap } from "../../mgr/messages/fs_map.ts";
import { type RawMessage, unpack } from "../../mgr/messages/message.ts";
import { MOSDMap } from "../../mgr/messages/osd_map.ts";
import { MonClient } from "../../mgr/mon/mon_client.ts";
import { ConMode } from "../../mgr/msgr/authenticator.ts";
import { Messenger } from "../../mgr/msgr/messenger.ts";
import type { IoContext } from "../../mgr/rados/io_context.ts";
import { OsdMapStore } from "../../mgr/state/osd_map_store.ts";
import { CommandSender } from "../../mgr/tell/command_sender.ts";
import { TenureRados } from "../../mgr/tenure_rados.ts";
import { systemClock } from "../../mgr/time/clock.ts";
import type { EntityAddr } from "../../mgr/types/entity_addr.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";
import type { FsMap } from "../../mgr/types/fs_map.ts";
import type { OsdMap } from "../../mgr/types/osd_map.ts";
import { osdMapCodec } from "../../mgr/types/osd_map_apply.ts";
import { monitorAddr } from "./mon_session.ts";
import type { RealCluster } from "./real_cluster.ts";

const MODES = [ConMode.secure, ConMode.crc];
const VERSION_TIMEOUT_MS = 30_000;

/** What it needs of a cluster, real or not. */
export type ClusterClient = Pick<RealCluster, "conf" | "command" | "commandJson" | "makeMgrKey">;

/** What a test may change. */
export interface NativeRadosOptions {
  readonly opTimeoutMs?: number;
  readonly refusal?: () => string | undefined;
  readonly blocklisted?: (reason: string) => void;
}

/** A client as mgr.NAME: a session with the monitors for the maps, and RADOS with its own login. */
export class NativeRados implements AsyncDisposable {
  readonly rados: TenureRados;
  readonly commands: CommandSender;
  readonly #mon: MonClient;
  readonly #maps: OsdMapStore<OsdMap>;
  readonly #addressed = Promise.withResolvers<EntityAddr>();
  readonly #mapped = Promise.withResolvers<void>();
  #fsMap: FsMap | undefined;

  private constructor(monitors: readonly EntityAddr[], name: string, keyring: string, o: NativeRadosOptions) {
    const entity = { type: EntityType.mgr, id: name };
    const key = Keyring.parse(keyring, name).get(`mgr.${name}`)!;
    const auth = new CephxClient({ entity, key, services: MGR_SERVICES, now: () => systemClock.now() });
    const shared = {
      clock: systemClock,
      monitors: monitors.map((addr) => ({ addrs: [addr], priority: 0, weight: 0 })),
      hostname: Deno.hostname(),
      fsid: "",
    };
    const messenger = new Messenger(EntityType.mgr, 1, systemClock);
    this.#mon = new MonClient({ ...shared, messenger, auth, modes: () => MODES }, {
      sessionUp: () => {},
      sessionDown: () => {},
      monMap: () => {},
      message: (raw) => this.#message(raw),
      trouble: () => {},
      hopeless: (reason) => this.#addressed.reject(reason),
    });
    this.#maps = new OsdMapStore(osdMapCodec, (map) => this.rados.osdMap(map));
    const refusal = o.refusal ?? (() => undefined);
    this.rados = new TenureRados({
      ...shared,
      entity,
      key,
      modes: () => MODES,
      newestEpoch: async () =>
        (await this.#mon.getVersion("osdmap", { timeoutMs: VERSION_TIMEOUT_MS })).version,
      refusal,
      opTimeoutMs: () => o.opTimeoutMs ?? 0,
      addressed: () => this.#addressed.resolve(this.rados.client.address!),
      blocklisted: o.blocklisted ?? (() => {}),
    });
    this.commands = new CommandSender({
      ...shared,
      rados: this.rados.client,
      messenger,
      login: () =>
        new CephxClient({ entity, key, services: EntityType.auth, now: () => 0 }).monAuthenticator(MODES),
      monMap: () => this.#mon.monMap,
      fsid: () => this.#mon.monMap!.fsid,
      fsMap: () => this.#fsMap,
      askMonitors: (command, { input, timeoutMs, signal }) =>
        this.#mon.command(command, { timeoutMs, ...(signal ? { signal } : {}) }, input),
      refusal,
    });
  }

  /** Connects; operations go at once, as if the MgrMap had our address. */
  static async start(cluster: ClusterClient, name: string, o: NativeRadosOptions = {}): Promise<NativeRados> {
    const keyring = await Deno.readTextFile(await cluster.makeMgrKey(name));
    const native = new NativeRados([await monitorAddr(cluster)], name, keyring, o);
    native.#mon.subscribe("osdmap", 0n, true);
    native.#mon.subscribe("fsmap");
    native.#mon.start();
    native.rados.begin();
    const address = await native.#addressed.promise;
    await native.#mapped.promise;
    native.rados.mgrMap({ clients: [[address]] });
    return native;
  }

  /** "127.0.0.1:0/123": how the blocklist names us. */
  get address(): string {
    const { ip, nonce } = this.rados.client.address!;
    return `${ip}:0/${nonce}`;
  }

  open(pool: string | number, owner = ""): Promise<IoContext> {
    return this.rados.client.openPool(pool, owner);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.commands.close("the test is over");
    this.rados.close("the test is over");
    this.#mon.close("the test is over");
    return Promise.resolve();
  }

  #message(raw: RawMessage): void {
    if (raw.type === MFSMap.type) {
      this.#fsMap = unpack(MFSMap, raw).fsMap;
      this.#mon.got("fsmap", BigInt(this.#fsMap.epoch));
    } else if (raw.type === MOSDMap.type) {
      const { next } = this.#maps.take(unpack(MOSDMap, raw));
      this.#mon.subscribe("osdmap", BigInt(next), true);
      this.#mapped.resolve();
    } else return;
    this.commands.mapChanged();
  }
}
