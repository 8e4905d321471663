/** Dumps everything that a module of Ganglion can read: the twin of the Python module for ceph-mgr. */

import { commands, type DataName, type HandleCommandResult, MgrModule, type Options } from "@ganglion/sdk";

const COMMANDS = commands({ "parity dump": { desc: "Dumps all that modules can read", perm: "r" } });

const NAMES = [
  ...["active_clean_pgs", "config", "config_options", "device", "devices", "df", "fs_map"],
  ...["have_local_config_map", "health", "io_rate", "mds_metadata", "mgr_ips", "mgr_map"],
  ...["modified_config_options", "mon_map", "mon_status", "nosuch", "osd_map", "osd_map_crush"],
  ...["osd_map_tree", "osd_metadata", "osd_ping_times", "osd_pool_stats", "osd_stats"],
  ...["osdmap_crush_map_text", "pg_dump", "pg_progress", "pg_ready", "pg_stats", "pg_status"],
  ...["pg_summary", "pool_stats", "service_map"],
];
const FOREIGN_ENTITIES = ["osd", "osd.0", "client.admin", "mon.a"];
const FOREIGN_OPTIONS = [
  ...["osd_max_backfills", "debug_osd", "mon_max_pg_per_osd", "rbd_default_features"],
  "mds_beacon_grace",
];
const SELECTIONS = [["", ""], ["osd", ""], ["", "0"], ["osd", "0"], ["nosuch", ""], ["osd", "99"]] as const;
const RELEASES = [-1, 0, 1, 15, 16, 17, 99];

type Dump = Record<string, unknown>;

/** Answers one command. */
export default class Parity extends MgrModule<Options, typeof COMMANDS> {
  static override readonly COMMANDS = COMMANDS;

  override async handleCommand(): Promise<HandleCommandResult> {
    const dump = { get: await this.#data(), calls: await this.#calls() };
    return [0, JSON.stringify(dump, exact), ""];
  }

  async #data(): Promise<Dump> {
    const { devices } = await this.get("devices");
    const names = [...NAMES, "device nosuch", ...devices.map(({ devid }) => `device ${devid}`)];
    const out: Dump = {};
    for (const name of names) out[name] = await this.#get(name);
    return out;
  }

  /** Also names that the types do not know. */
  #get(name: string): Promise<unknown> {
    return this.get(name as DataName);
  }

  async #calls(): Promise<Dump> {
    const servers = await this.listServers();
    const daemons = servers.flatMap(({ services }) => services.map(({ type, id }): Daemon => [type, id]));
    daemons.push(["osd", "99"]);
    const hosts = ["nosuch", ...servers.map(({ hostname }) => hostname)];
    return {
      list_servers: servers,
      get_server: await table(hosts, (host) => this.getServer(host)),
      get_mgr_id: this.getMgrId(),
      get_mgr_ip: await this.getMgrIp(),
      have_mon_connection: await this.haveMonConnection(),
      version: this.version,
      release_name: this.releaseName,
      lookup_release_name: await Promise.all(RELEASES.map((n) => this.lookupReleaseName(n))),
      get_metadata: await each(daemons, (...daemon) => this.getMetadata(...daemon)),
      get_daemon_status: await each(daemons, (...daemon) => this.getDaemonStatus(...daemon)),
      get_daemon_health_metrics: await this.getDaemonHealthMetrics(),
      get_perf_schema: await each(SELECTIONS, (...daemon) => this.getPerfSchema(...daemon)),
      get_counter: await each(daemons, this.#counters((...counter) => this.#newest(...counter))),
      get_latest_counter: await each(
        daemons,
        this.#counters((...counter) => this.getLatestUnlabeledCounter(...counter)),
      ),
      get_latest: await each(daemons, this.#counters((...counter) => this.getLatest(...counter))),
      get_latest_avg: await each(
        daemons,
        (...daemon) => table(["osd.op_latency", "nosuch"], (path) => this.getLatestAvg(...daemon, path)),
      ),
      get_all_perf_counters: await this.getAllPerfCounters(),
      "get_all_perf_counters 8 osd": await this.getAllPerfCounters({ prioLimit: 8, services: ["osd"] }),
      get_ceph_option: await table(await this.#optionNames(), (name) => this.getCephOption(name)),
      get_foreign_ceph_option: await table(
        FOREIGN_ENTITIES,
        (entity) => table(FOREIGN_OPTIONS, (name) => this.getForeignCephOption(entity, name)),
      ),
    };
  }

  /** One answer for each of some counters of a daemon, also for some that it does not have. */
  #counters<T>(call: (type: string, id: string, path: string) => Promise<T>) {
    return async (type: string, id: string): Promise<Dump> => {
      const schema = (await this.getPerfSchema(type, id))[`${type}.${id}`] ?? {};
      const paths = [...Object.keys(schema).slice(0, 6), "osd.op", "osd.op_latency", "nosuch"];
      return await table(paths, (path) => call(type, id, path));
    };
  }

  /** How many samples there are is a matter of time. */
  async #newest(type: string, id: string, path: string): Promise<Dump> {
    const history = await this.getCounter(type, id, path);
    return Object.fromEntries(Object.entries(history).map(([key, samples]) => [key, samples.slice(-1)]));
  }

  async #optionNames(): Promise<string[]> {
    const { options } = await this.get("config_options");
    return options.map(({ name }) => name);
  }
}

type Daemon = readonly [type: string, id: string];

async function table<T>(keys: readonly string[], call: (key: string) => Promise<T>): Promise<Dump> {
  const out: Dump = {};
  for (const key of keys) out[key] = await call(key);
  return out;
}

async function each<T>(
  daemons: readonly Daemon[],
  call: (type: string, id: string) => Promise<T>,
): Promise<Dump> {
  const out: Dump = {};
  for (const [type, id] of daemons) out[`${type}.${id}`] = await call(type, id);
  return out;
}

/** Numbers of 64 bits keep their digits. */
function exact(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? { $bigint: String(value) } : value;
}
