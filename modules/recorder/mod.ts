/** Shows what a module is answered, for recordings that tests replay. */

import {
  type CommandOf,
  commands,
  type DataName,
  formatData,
  type HandleCommandResult,
  MgrModule,
} from "@ganglion/sdk";
import { gatherFacts } from "./facts.ts";
import { withoutSecrets } from "./secrets.ts";

/** Every name of `get()` but those of devices: one that is missing here does not compile. */
const NAMES: Readonly<Record<Exclude<DataName, `device ${string}`>, true>> = {
  osd_map: true,
  osd_map_tree: true,
  osd_map_crush: true,
  osdmap_crush_map_text: true,
  mon_map: true,
  mgr_map: true,
  fs_map: true,
  service_map: true,
  health: true,
  mon_status: true,
  config: true,
  config_options: true,
  modified_config_options: true,
  have_local_config_map: true,
  osd_metadata: true,
  mds_metadata: true,
  devices: true,
  mgr_ips: true,
  pg_summary: true,
  pg_status: true,
  pg_dump: true,
  pg_stats: true,
  pool_stats: true,
  osd_stats: true,
  osd_ping_times: true,
  osd_pool_stats: true,
  io_rate: true,
  df: true,
  pg_ready: true,
  pg_progress: true,
  active_clean_pgs: true,
};

const COMMANDS = commands({
  "recorder names": { desc: "The names of get() that there are", perm: "r" },
  "recorder about": { desc: "Id and version of this manager", perm: "r" },
  "recorder data": {
    desc: "What get() answers for a name",
    perm: "r",
    args: { name: { type: "CephString" } },
  },
  "recorder facts": { desc: "What all other accessors answer", perm: "r" },
  "recorder counters": { desc: "All counters of all daemons", perm: "r" },
});

type Call = CommandOf<typeof COMMANDS>;
type Handlers = { readonly [P in Call["prefix"]]: (cmd: Extract<Call, { prefix: P }>) => Promise<unknown> };

/** Answers with JSON in which no digit is lost. */
export default class Recorder extends MgrModule<Record<never, never>, typeof COMMANDS> {
  static override readonly COMMANDS = COMMANDS;

  readonly #handlers: Handlers = {
    "recorder names": () => this.#names(),
    "recorder about": () => Promise.resolve({ mgrId: this.getMgrId(), version: this.version }),
    "recorder data": ({ name }) => this.#data(name),
    "recorder facts": () => gatherFacts(this),
    "recorder counters": () => this.#counters(),
  };

  override async handleCommand(_inbuf: string, cmd: Call): Promise<HandleCommandResult> {
    const handle: (cmd: never) => Promise<unknown> = this.#handlers[cmd.prefix];
    return [0, formatData(await handle(cmd as never)), ""];
  }

  async #names(): Promise<readonly string[]> {
    const { devices } = await this.get("devices");
    return [...Object.keys(NAMES), ...devices.map(({ devid }) => `device ${devid}`)];
  }

  async #data(name: string): Promise<unknown> {
    if (name === "config") return withoutSecrets(await this.get("config"));
    return await this.get(name as DataName);
  }

  async #counters(): Promise<unknown> {
    const servers = await this.listServers();
    const services = [...new Set(servers.flatMap(({ services }) => services.map(({ type }) => type)))];
    return await this.getAllPerfCounters({ prioLimit: 0, services });
  }
}
