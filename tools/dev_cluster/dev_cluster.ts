/** A whole development cluster in this process, the manager aside: a monitor and simulated OSDs. */

import type { Clock } from "../../mgr/time/clock.ts";
import { msgr2Addr } from "../../mgr/types/entity_addr.ts";
import { DEFAULT_LOAD } from "../dev_osd/model/client_load.ts";
import { SimOsds } from "../dev_osd/sim_osds.ts";
import { Keyring } from "../../mgr/auth/keyring.ts";
import type { CryptoKey } from "../../mgr/auth/crypto_key.ts";
import { DATA_POOL, layOut, osdPlans } from "./layout.ts";
import { DevMonitor } from "../dev_monitor/dev_monitor.ts";
import { StoreError } from "../dev_monitor/store/store.ts";
import { confText } from "./conf.ts";
import { type ClusterDirectory, DirectoryError } from "./directory.ts";

const LOOPBACK = "127.0.0.1";

/** What a cluster runs on. */
export interface DevClusterOptions {
  readonly directory: ClusterDirectory;
  readonly clock: Clock;
  /** The store failed: the cluster has stopped. */
  readonly onFatal: (error: Error) => void;
}

/** A running cluster. */
export class DevCluster implements AsyncDisposable {
  readonly directory: ClusterDirectory;
  readonly monitor: DevMonitor;
  readonly osds: SimOsds;

  private constructor(directory: ClusterDirectory, monitor: DevMonitor, osds: SimOsds) {
    this.directory = directory;
    this.monitor = monitor;
    this.osds = osds;
  }

  /** Starts monitor and OSDs and writes ceph.conf. Throws DirectoryError for a store that cannot be used. */
  static start({ directory, clock, onFatal }: DevClusterOptions): DevCluster {
    const port = freePort();
    const monitor = openMonitor({
      store: directory.store,
      ip: LOOPBACK,
      portMin: port,
      portMax: port,
      clock,
      onFatal,
    });
    Deno.writeTextFileSync(directory.conf, confText(directory, monitor.addrs));
    const plans = osdPlans(directory.plan, directory.fsid);
    if (directory.isNew) layOut(monitor, plans, clock.wall());
    const osds = new SimOsds({
      osds: plans.map((plan) => ({ plan, key: osdKey(directory, plan.id) })),
      fsid: directory.fsid,
      ip: LOOPBACK,
      monitors: monitor.addrs,
      clock,
      loads: new Map([[DATA_POOL, DEFAULT_LOAD]]),
    });
    osds.startAll();
    return new DevCluster(directory, monitor, osds);
  }

  /** `127.0.0.1:40123` */
  get monitorAddress(): string {
    const { ip, port } = msgr2Addr(this.monitor.addrs)!;
    return `${ip}:${port}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.osds[Symbol.dispose]();
    this.monitor.stop("the development cluster ends");
    return Promise.resolve();
  }
}

function osdKey(directory: ClusterDirectory, id: number): CryptoKey {
  const entity = `osd.${id}`;
  const file = directory.keyring(entity);
  try {
    const key = Keyring.parse(Deno.readTextFileSync(file), file).get(entity);
    if (key) return key;
    throw new Error("it has no key");
  } catch (e) {
    const why = e instanceof Error ? e.message : e;
    throw new DirectoryError(
      `Cannot read ${file}: ${why}. "deno task mgr --fresh" throws the cluster away and makes a new one`,
    );
  }
}

function openMonitor(options: ConstructorParameters<typeof DevMonitor>[0]): DevMonitor {
  try {
    return new DevMonitor(options);
  } catch (e) {
    if (!(e instanceof StoreError)) throw e;
    throw new DirectoryError(`${e.message}. "deno task mgr --fresh" throws it away and makes a new one`);
  }
}

/** A port that nobody listens on now. */
function freePort(): number {
  const listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}
