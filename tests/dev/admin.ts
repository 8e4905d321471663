/** A client of our own at a development cluster, without Ceph: commands, and what happens to its session. */

import { CephxClient, MGR_SERVICES } from "../../mgr/auth/cephx_client.ts";
import { Keyring } from "../../mgr/auth/keyring.ts";
import type { RawMessage } from "../../mgr/messages/message.ts";
import { type CommandResult, MonClient } from "../../mgr/mon/mon_client.ts";
import { ConMode } from "../../mgr/msgr/authenticator.ts";
import { Messenger } from "../../mgr/msgr/messenger.ts";
import { systemClock } from "../../mgr/time/clock.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";
import type { MonMap } from "../../mgr/types/mon_map.ts";
import { DevCluster } from "../../tools/dev_cluster/dev_cluster.ts";
import { ClusterDirectory, type ClusterPlan, DEFAULT_PLAN } from "../../tools/dev_cluster/directory.ts";

/** Sessions notice a dead monitor at once. */
const PING = { intervalMs: 50, timeoutMs: 300 };
const HUNT = { intervalMs: 300, parallel: 1, backoff: 1, minMultiple: 1, maxMultiple: 1 };

/** client.admin. Dispose of it before the cluster. */
export class Admin implements Disposable {
  readonly mon: MonClient;
  /** `up`, `down`, and maps of the monitors. */
  readonly events: string[] = [];
  readonly messages: RawMessage[] = [];
  monMap: MonMap | undefined;

  constructor({ directory, monitor }: DevCluster, ping = PING) {
    const file = directory.keyring("client.admin");
    const key = Keyring.parse(Deno.readTextFileSync(file), file).get("client.admin")!;
    const entity = { type: EntityType.client, id: "admin" };
    const now = (): number => systemClock.now();
    this.mon = new MonClient({
      clock: systemClock,
      messenger: new Messenger(EntityType.client, 1, systemClock),
      auth: new CephxClient({ entity, key, services: MGR_SERVICES, now }),
      monitors: [{ addrs: monitor.addrs, priority: 0, weight: 0 }],
      modes: () => [ConMode.secure],
      hostname: "",
      fsid: directory.fsid,
      hunt: HUNT,
      ping,
    }, {
      sessionUp: () => void this.events.push("up"),
      sessionDown: () => void this.events.push("down"),
      monMap: (map) => {
        this.monMap = map;
      },
      message: (raw) => void this.messages.push(raw),
      trouble: () => {},
      hopeless: (reason) => void this.events.push(reason.message),
    });
    this.mon.start();
  }

  /** Runs a command; waits for a session, and for a new one when it is lost. */
  async command(
    prefix: string,
    args: Record<string, unknown> = {},
    timeoutMs = 5_000,
  ): Promise<CommandResult> {
    await until(() => this.mon.monMap !== undefined, "a session");
    return await this.mon.command({ prefix, ...args }, { timeoutMs });
  }

  [Symbol.dispose](): void {
    this.mon.close("the test is over");
  }
}

/** Asks every 5 ms for at most 10 s. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline;) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`Never: ${what}`);
}

/** Starts a cluster in a directory of its own, runs `body`, and removes everything. */
export async function withCluster(
  plan: Partial<ClusterPlan>,
  body: (cluster: DevCluster) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "ganglion-dev-" });
  try {
    using directory = ClusterDirectory.open(path, false, { ...DEFAULT_PLAN, ...plan });
    await using cluster = DevCluster.start({
      directory,
      clock: systemClock,
      onFatal(error) {
        throw error;
      },
    });
    await body(cluster);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}
