/** A development cluster for tests: monitor (and OSDs) in this process, with the stock CLI and librados as its clients. */

import { systemClock } from "../../mgr/time/clock.ts";
import { DevCluster } from "../../tools/dev_cluster/dev_cluster.ts";
import { ClusterDirectory, type ClusterPlan, DEFAULT_PLAN } from "../../tools/dev_cluster/directory.ts";
import { RadosClient } from "./rados_client.ts";
import type { CliResult } from "./real_cluster.ts";

/** A running cluster in a directory of its own. */
export interface TestDevCluster {
  readonly cluster: DevCluster;
  readonly conf: string;
  /** Runs the stock CLI. Never rejects for what the monitor answers. */
  ceph(...args: readonly string[]): Promise<CliResult>;
  /** A librados client; the caller disposes of it. */
  connect(): Promise<RadosClient>;
}

/** Starts a cluster, runs `body` and removes everything. */
export async function withDevCluster(
  plan: Partial<ClusterPlan>,
  body: (cluster: TestDevCluster) => Promise<void>,
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
    await body({
      cluster,
      conf: directory.conf,
      ceph: (...args) => runCeph(directory.conf, args),
      connect: () => RadosClient.connect(directory.conf),
    });
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

async function runCeph(conf: string, args: readonly string[]): Promise<CliResult> {
  const { code, stdout, stderr } = await new Deno.Command("ceph", {
    args: ["-c", conf, "--connect-timeout", "10", ...args],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
