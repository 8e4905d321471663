/** Reads cluster data, and takes its time over notifications. */

import {
  type CommandOf,
  commands,
  type DataName,
  type HandleCommandResult,
  MgrModule,
  type Options,
} from "@ganglion/sdk";

const PART = {
  name: { type: "CephString" },
  fields: { type: "CephString", req: false },
  pool: { type: "CephInt", req: false },
} as const;

const COMMANDS = commands({
  "read data": { desc: "Cluster data as JSON; fields are separated by commas", perm: "r", args: PART },
  "read time": {
    desc: "Milliseconds that cluster data took, each time",
    perm: "r",
    args: { ...PART, times: { type: "CephInt", req: false } },
  },
  "read same": { desc: "Whether cluster data are the same object twice", perm: "r", args: PART },
  "read upmaps": {
    desc: "Balances a pool: how many changes, and where PG 0 is then",
    perm: "r",
    args: { pool: { type: "CephString" } },
  },
  "read heard": { desc: "What it was told", perm: "r" },
  "read on": { desc: "It may go on with the notification at hand", perm: "r" },
});

/** Each notification waits for "read on". */
export default class Reads extends MgrModule<Options, typeof COMMANDS> {
  static override readonly COMMANDS = COMMANDS;
  static override readonly NOTIFY_TYPES = ["osd_map", "clog"] as const;
  readonly #heard: string[] = [];
  #turn = Promise.withResolvers<void>();

  override async handleCommand(
    _inbuf: string,
    cmd: CommandOf<typeof COMMANDS>,
  ): Promise<HandleCommandResult> {
    switch (cmd.prefix) {
      case "read data":
        return [0, JSON.stringify(await this.#read(cmd), exactly), ""];
      case "read time": {
        const { times = 1 } = cmd;
        const start = performance.now();
        for (let n = 0; n < times; n++) await this.#read(cmd);
        return [0, String((performance.now() - start) / times), ""];
      }
      case "read same":
        return [0, String(await this.#read(cmd) === await this.#read(cmd)), ""];
      case "read upmaps":
        return [0, JSON.stringify(await this.#balance(cmd.pool)), ""];
      case "read heard":
        return [0, this.#heard.join(" "), ""];
      case "read on":
        this.#turn.resolve();
        this.#turn = Promise.withResolvers();
        return [0, "", ""];
    }
  }

  override async notify(type: string, id: unknown): Promise<void> {
    this.#heard.push(`${type}:${JSON.stringify(id)}`);
    await this.#turn.promise;
  }

  #read({ name, fields, pool }: { name: string; fields?: string; pool?: number }): Promise<unknown> {
    const pools = pool === undefined ? undefined : { pools: [pool] };
    if (fields === undefined) return this.get(name as DataName, pools);
    // Which names and fields these are is not known before it runs.
    return this.get(name as "pg_dump", { ...pools, fields: fields.split(",") as "pg_stats"[] });
  }

  async #balance(name: string): Promise<{ changes: number; up: readonly number[] }> {
    const map = await this.getOsdmap();
    const pool = map.getPoolsByName().get(name)!.pool;
    const incremental = map.newIncremental();
    const changes = map.calcPgUpmaps(incremental, 1, 100, [name]);
    return { changes, up: map.applyIncremental(incremental).pgToUpActingOsds(pool, 0).up };
  }
}

function exactly(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
