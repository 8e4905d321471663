/** A whole development cluster in this process, the manager aside: a monitor and simulated OSDs. */

import { type Clock, sleep } from "../../mgr/time/clock.ts";
import { msgr2Addr } from "../../mgr/types/entity_addr.ts";
import { DEFAULT_LOAD } from "../dev_osd/model/client_load.ts";
import { SimOsds } from "../dev_osd/sim_osds.ts";
import { DecodeError } from "../../mgr/encoding/mod.ts";
import { Keyring } from "../../mgr/auth/keyring.ts";
import type { CryptoKey } from "../../mgr/auth/crypto_key.ts";
import { DATA_POOL, layOut, osdPlans } from "./layout.ts";
import { DevMonitor, type DevMonitorOptions } from "../dev_monitor/dev_monitor.ts";
import { StoreError } from "../dev_monitor/store/store.ts";
import { confText } from "./conf.ts";
import { attempt, type ClusterDirectory, DirectoryError, FRESH_HINT, ROOM_HINT } from "./directory.ts";

const PORT_TRIES = 100;
const PORT_PAUSE_MS = 5;
const LOOPBACK = "127.0.0.1";

/** What a cluster runs on. */
export interface DevClusterOptions {
  readonly directory: ClusterDirectory;
  readonly clock: Clock;
  /** Directories of modules beside our own. */
  readonly modules?: readonly string[];
  /** The store failed: the cluster has stopped. */
  readonly onFatal: (error: Error) => void;
}

/** A running cluster. */
export class DevCluster implements AsyncDisposable {
  readonly directory: ClusterDirectory;
  readonly osds: SimOsds;
  readonly #options: DevMonitorOptions;
  #monitor: DevMonitor;

  private constructor(
    directory: ClusterDirectory,
    options: DevMonitorOptions,
    monitor: DevMonitor,
    osds: SimOsds,
  ) {
    this.directory = directory;
    this.osds = osds;
    this.#options = options;
    this.#monitor = monitor;
  }

  /** The present one: a restart makes another. */
  get monitor(): DevMonitor {
    return this.#monitor;
  }

  /** Stops the monitor and starts it again on the same port; it is away for so long. */
  async restartMonitor(awayMs = 0): Promise<void> {
    this.#monitor.stop("the monitor restarts");
    await sleep(this.#options.clock, awayMs);
    await this.#portFree();
    this.#monitor = openMonitor(this.#options);
  }

  /** Starts monitor and OSDs and writes ceph.conf. Throws DirectoryError for a store that cannot be used. */
  static start({ directory, clock, modules, onFatal }: DevClusterOptions): DevCluster {
    const port = monitorPort(directory);
    const { store } = directory;
    const options = { store, ip: LOOPBACK, portMin: port, portMax: port, clock, onFatal };
    const monitor = openMonitor(options);
    try {
      const text = confText(directory, monitor.addrs, modules);
      attempt(directory.path, () => Deno.writeTextFileSync(directory.conf, text));
    } catch (e) {
      monitor.stop("its ceph.conf cannot be written");
      throw e;
    }
    const plans = osdPlans(directory.plan, directory.fsid);
    if (directory.isNew) layOut(monitor, plans, directory.plan.data, clock.wall());
    const osds = new SimOsds({
      osds: plans.map((plan) => ({ plan, key: osdKey(directory, plan.id) })),
      fsid: directory.fsid,
      ip: LOOPBACK,
      monitors: monitor.addrs,
      clock,
      loads: new Map([[DATA_POOL, DEFAULT_LOAD]]),
    });
    osds.startAll();
    return new DevCluster(directory, options, monitor, osds);
  }

  /** `127.0.0.1:40123` */
  get monitorAddress(): string {
    const { ip, port } = msgr2Addr(this.monitor.addrs)!;
    return `${ip}:${port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.osds[Symbol.dispose]();
    this.monitor.stop("the development cluster ends");
    await this.#portFree();
  }

  /** The socket of a listener that is closed goes a little later. */
  async #portFree(): Promise<void> {
    const { clock, portMin } = this.#options;
    for (let tries = 0; tries < PORT_TRIES && !isFree(portMin); tries++) await sleep(clock, PORT_PAUSE_MS);
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
      `Cannot read ${file}: ${why}. ${FRESH_HINT}`,
    );
  }
}

function openMonitor(options: DevMonitorOptions): DevMonitor {
  try {
    return new DevMonitor(options);
  } catch (e) {
    if (e instanceof StoreError) {
      throw new DirectoryError(`${e.message}. ${e.diskFull ? ROOM_HINT : FRESH_HINT}`);
    }
    // Rows that a program of another version, or a fault of the disk, has left.
    if (e instanceof DecodeError) {
      throw new DirectoryError(`Cannot read ${options.store}: ${e.message}. ${FRESH_HINT}`);
    }
    throw e;
  }
}

/** The port of last time, so that clients find the cluster again; another one when somebody else has it now. */
function monitorPort({ conf }: ClusterDirectory): number {
  const former = Number(/^mon host = \[v2:[^\]]*:(\d+)\]/m.exec(readText(conf))?.[1] ?? 0);
  return former > 0 && isFree(former) ? former : freePort();
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: LOOPBACK, port }).close();
    return true;
  } catch {
    return false;
  }
}

/** A port that nobody listens on now. */
function freePort(): number {
  const listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}
