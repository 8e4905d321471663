/** A whole development cluster in this process, the manager aside: a monitor and simulated OSDs. */

import type { Clock } from "../../mgr/time/clock.ts";
import { msgr2Addr } from "../../mgr/types/entity_addr.ts";
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

  private constructor(directory: ClusterDirectory, monitor: DevMonitor) {
    this.directory = directory;
    this.monitor = monitor;
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
    return new DevCluster(directory, monitor);
  }

  /** `127.0.0.1:40123` */
  get monitorAddress(): string {
    const { ip, port } = msgr2Addr(this.monitor.addrs)!;
    return `${ip}:${port}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.monitor.stop("the development cluster ends");
    return Promise.resolve();
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
