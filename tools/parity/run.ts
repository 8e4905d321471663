/** Both managers in one rich cluster, one after the other, and what their modules can read. */

import { fileURLToPath } from "node:url";
import { isDeepStrictEqual as isEqual } from "node:util";
import { grantAll } from "../../tests/cluster/grants.ts";
import { type CommandWords } from "../../tests/cluster/rados_client.ts";
import { RealCluster } from "../../tests/cluster/real_cluster.ts";
import { enrich, RICH_OPTIONS } from "../../tests/cluster/rich_cluster.ts";

import { compareDumps, type Dumped, parseExact, parseTagged } from "./compare.ts";
import type { NameReport } from "./report.ts";
import { RULES } from "./rules.ts";

type Table = Readonly<Record<string, Dumped>>;

/** What one module dumped: values by the names of get(), answers by calls. */
interface Dump {
  readonly get: Table;
  readonly calls: Table;
}

const REAL_MODULES = "/usr/share/ceph/mgr";
const PYTHON_PROBE = fileURLToPath(import.meta.resolve("./python_probe"));
const OWN_MODULES = fileURLToPath(import.meta.resolve("./modules"));
const MODULE = "parity";
/** Without the rights to mount: the session of ceph-mgr's own file system client would end between the dumps. */
const CAPS = ["mon", "allow profile mgr", "osd", "allow *"];

/** Boots the cluster, has both dump, and compares. */
export async function runParity(): Promise<NameReport[]> {
  const reports: NameReport[] = [];
  await RealCluster.run(RICH_OPTIONS, async (cluster) => {
    await run(cluster, { prefix: "mgr module enable", module: MODULE, force: "--force" });
    await cluster.makeMgrKey("x");
    await run(cluster, { prefix: "auth caps", entity: "mgr.x", caps: CAPS });
    await using _client = await enrich(cluster);
    const path = await realModules(cluster.directory);
    await cluster.startRealMgr("x", [`--mgr-module-path=${path}`]);
    const real = await dump(cluster, parseExact);
    await cluster.stop("mgr.x");
    await grantAll(cluster, `${OWN_MODULES}/${MODULE}`);
    await cluster.startGanglion("x", [`--mgr-module-path=${OWN_MODULES}`]);
    const own = await dump(cluster, parseTagged);
    reports.push(...compare("get", real.get, own.get), ...compare("calls", real.calls, own.calls));
  });
  return reports;
}

async function run(cluster: RealCluster, command: CommandWords): Promise<void> {
  const { code, err } = await cluster.command("mon", command);
  if (code !== 0) throw new Error(`Cannot run ${command.prefix}: ${err}`);
}

/** The distribution's modules and the probe, in one directory. */
async function realModules(directory: string): Promise<string> {
  const path = `${directory}/modules`;
  await Deno.mkdir(path);
  for await (const { name } of Deno.readDir(REAL_MODULES)) {
    await Deno.symlink(`${REAL_MODULES}/${name}`, `${path}/${name}`);
  }
  await Deno.symlink(PYTHON_PROBE, `${path}/${MODULE}`);
  return path;
}

/** Reports of two periods have come between two dumps. */
const PAUSE_MS = 2500;

/** When the manager has heard of everything and nothing moves any more. */
async function dump(cluster: RealCluster, parse: (text: string) => Dumped): Promise<Dump> {
  let answer: Dump | undefined;
  await cluster.waitFor(async () => {
    const { code, out } = await cluster.command("mgr", { prefix: "parity dump" }, "", 10);
    if (code !== 0) return false;
    const former = answer;
    answer = readDump(parse(out));
    if (former !== undefined && isComplete(answer) && isEqual(movingParts(former), movingParts(answer))) {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return false;
  }, "a dump of a cluster at rest");
  return answer!;
}

function readDump(value: Dumped): Dump {
  const { get, calls } = value as Table;
  return { get: get as Table, calls: calls as Table };
}

/** Everybody has reported, the service daemon is registered, a metadata server is at work, and no rate is left. */
function isComplete({ get, calls }: Dump): boolean {
  const status = get.pg_status as Table;
  const counting = Object.keys(calls.get_all_perf_counters as Table);
  const { pg_stats_delta } = get.io_rate as { readonly pg_stats_delta: { readonly stat_sum: Table } };
  return (get.pg_ready as Table).pg_ready === true && status.num_objects !== 0 &&
    ["osd.", "mon.", "mds."].every((type) => counting.some((name) => name.startsWith(type))) &&
    "laundry" in ((get.service_map as Table).services as Table) &&
    Object.values(pg_stats_delta.stat_sum).every((n) => n === 0) &&
    !Object.keys(status).some((key) => key.endsWith("_sec"));
}

/** What must be the same twice. */
function movingParts({ get, calls }: Dump): unknown {
  const epochs = ["osd_map", "fs_map", "service_map", "mgr_map"].map((name) => (get[name] as Table).epoch);
  const counters = Object.entries(calls.get_latest as Table).filter(([name]) => !/^m(?:on|gr)\./.test(name));
  return { epochs, sum: get.pg_summary, counters };
}

function compare(
  kind: NameReport["kind"],
  real: Table,
  own: Table,
): NameReport[] {
  const names = new Set([...Object.keys(real), ...Object.keys(own)]);
  return [...names].map((name) => {
    const path = name.replaceAll(/[.[\]]/g, ":");
    const missing = Object.hasOwn(real, name) !== Object.hasOwn(own, name);
    if (!missing) return { kind, name, ...compareDumps(path, real[name]!, own[name]!, RULES) };
    const difference = { path, real: String(name in real), own: String(name in own) };
    const side = name in real ? "missing" as const : "extra" as const;
    return { kind, name, values: 0, natural: 0, differences: [{ ...difference, kind: side }] };
  });
}
