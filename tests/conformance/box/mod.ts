/** A module that does what its commands say: for tests that hold in memory and in a real cluster alike. */

import {
  AccessDeniedError,
  type CommandOf,
  type CommandReply,
  commands,
  type HandleCommandResult,
  type HealthCheck,
  MgrModule,
  MgrStandbyModule,
  type NotifyType,
  options,
} from "@ganglion/sdk";
import { BoxRados } from "./rados.ts";

const OPTIONS = options({
  place: { default: "world", desc: "A text with a default", runtime: true },
  note: { desc: "A text without one" },
  how: { default: "fast", enumAllowed: ["fast", "slow"] },
  count: { type: "int", default: 3, min: 1, max: 9000 },
  limit: { type: "uint", default: 7 },
  bytes: { type: "size", default: 4096 },
  ratio: { type: "float", default: 0.5 },
  period: { type: "secs", default: 60 },
  loud: { type: "bool", default: true },
  id: { type: "uuid" },
});

const TEXT = { type: "CephString" } as const;

const COMMANDS = commands({
  "box options": {
    desc: "All options as JSON; of this manager alone first, where asked",
    perm: "r",
    args: { local: { type: "CephBool", req: false } },
  },
  "box option set": {
    desc: "Sets an option to a value in JSON",
    perm: "rw",
    args: { name: TEXT, value: TEXT, local: { type: "CephBool", req: false } },
  },
  "box store": {
    desc: "All keys with a front, as JSON",
    perm: "r",
    args: { front: { ...TEXT, req: false } },
  },
  "box store set": { desc: "Stores a text", perm: "rw", args: { key: TEXT, value: { ...TEXT, req: false } } },
  "box store fill": {
    desc: "Stores so many bytes",
    perm: "rw",
    args: { key: TEXT, count: { type: "CephInt", range: "0" } },
  },
  "box local": { desc: "A key of this manager, else of all", perm: "r", args: { key: TEXT } },
  "box echo": {
    desc: "Its arguments as JSON, after its input",
    perm: "r",
    args: {
      text: { ...TEXT, goodchars: "[A-Za-z0-9-_.]" },
      whole: { type: "CephInt", range: "1|10", req: false },
      real: { type: "CephFloat", range: "0|1", req: false },
      yes: { type: "CephBool", req: false },
      how: { type: "CephChoices", strings: ["fast", "slow"], req: false },
      pool: { type: "CephPoolname", req: false },
      object: { type: "CephObjectname", req: false },
      pg: { type: "CephPgid", req: false },
      daemon: { type: "CephName", req: false },
      osd: { type: "CephOsdName", req: false },
      ip: { type: "CephIPAddr", req: false },
      addr: { type: "CephEntityAddr", req: false },
      uuid: { type: "CephUUID", req: false },
      more: { ...TEXT, n: "N", req: false },
    },
  },
  "box answer": {
    desc: "Answers with this",
    perm: "r",
    args: { retval: { type: "CephInt" }, stdout: TEXT, stderr: TEXT },
  },
  "box long": { desc: "An output of so many characters", perm: "r", args: { chars: { type: "CephInt" } } },
  "box throw": { desc: "Throws", perm: "r", args: { text: TEXT } },
  "box nonsense": { desc: "Answers nonsense", perm: "r" },
  "box health": { desc: "Sets its health checks, in JSON", perm: "rw", args: { checks: TEXT } },
  "box uri": { desc: "Says where it serves", perm: "rw", args: { uri: TEXT } },
  "box log": { desc: "Writes to the cluster log", perm: "rw", args: { channel: TEXT, text: TEXT } },
  "box facts": { desc: "What it knows of the cluster that stays the same while nothing happens", perm: "r" },
  "box say": { desc: "Writes a line of each level to the log", perm: "r" },
  "box send": {
    desc: "Sends a command, in JSON",
    perm: "rw",
    args: {
      target: { type: "CephChoices", strings: ["mon", "osd", "pg", "mds", "mgr"] },
      id: TEXT,
      command: TEXT,
      ms: { type: "CephInt", req: false },
      tag: { ...TEXT, req: false },
    },
  },
  "box check": {
    desc: "Sends a command that the monitors must not refuse",
    perm: "rw",
    args: { command: TEXT },
  },
  "box option of": { desc: "An option of another module", perm: "r", args: { module: TEXT, name: TEXT } },
  "box option of set": {
    desc: "Sets an option of another module, the value in JSON",
    perm: "rw",
    args: { module: TEXT, name: TEXT, value: TEXT },
  },
  "box may": { desc: "Whether the caller may do this, in JSON", perm: "r", args: { what: TEXT } },
  "box must": { desc: "Does it only if the caller may", perm: "r", args: { what: TEXT } },
  "box wear": {
    desc: "Says how worn a device is",
    perm: "rw",
    args: { device: TEXT, level: { type: "CephFloat" } },
  },
  "box rados": {
    desc: "Calls a method of a pool, arguments in JSON",
    perm: "rw",
    args: { pool: TEXT, method: TEXT, args: TEXT, namespace: { ...TEXT, req: false } },
  },
  "box remote": {
    desc: "Calls a method of a module, arguments in JSON",
    perm: "rw",
    args: { module: TEXT, method: TEXT, args: TEXT, ms: { type: "CephInt", req: false } },
  },
  "box notified": { desc: "What it was notified of, in order", perm: "r" },
  "box epoch": { desc: "The epoch of the OSDMap", perm: "r" },
  "box spoil": {
    desc: "Changes what it was answered; whether the answer is the same object twice",
    perm: "r",
  },
  "box progress": {
    desc: "Shows that something takes its time; without a message it is over",
    perm: "rw",
    args: { id: TEXT, message: { ...TEXT, req: false }, progress: { type: "CephFloat", req: false } },
  },
  "box heard": { desc: "How often its options have changed", perm: "r" },
});

/** What does not change by itself: the same wherever and whenever it is asked for. */
async function factsOf(module: Box): Promise<unknown> {
  const { osds, pools } = await module.get("osd_map", { fields: ["osds", "pools"] });
  const map = await module.getOsdmap();
  const { pg_stats } = await module.get("pg_stats");
  const servers = await module.listServers();
  const metadata = await Promise.all(osds.map(({ osd }) => module.getMetadata("osd", String(osd))));
  return {
    osds: osds.map(({ osd, up, in: isIn, uuid }) => [osd, up, isIn, uuid]),
    pools: pools.map(({ pool, pool_name, size, pg_num }) => [pool, pool_name, size, pg_num]),
    states: pg_stats.map(({ pgid, state, acting }) => [pgid, state, acting]),
    up: pools.map(({ pool }) => map.mapPoolPgsUp(pool)),
    crush: map.getCrush().dump(),
    servers: servers.map((
      { hostname, services },
    ) => [hostname, services.map(({ type, id }) => `${type}.${id}`)]),
    metadata,
    stores: metadata.map((values) => values?.osd_objectstore),
    schema: Object.keys((await module.getPerfSchema("osd", "0"))["osd.0"] ?? {}),
    bytes: await module.getLatest("osd", "0", "osd.stat_bytes"),
    tick: await module.getCephOption("mgr_tick_period"),
    fsid: (await module.get("mon_map")).fsid,
    gid: String((await module.get("mgr_map")).active_gid),
    place: module.getModuleOption("place"),
    keys: [...module.getStorePrefix("")],
  };
}

type Call = CommandOf<typeof COMMANDS>;
type Handlers = {
  readonly [P in Call["prefix"]]: (cmd: Extract<Call, { readonly prefix: P }>, inbuf: string) => unknown;
};

/** Does what it is told. */
export default class Box extends MgrModule<typeof OPTIONS, typeof COMMANDS> {
  static override readonly MODULE_OPTIONS = OPTIONS;
  static override readonly COMMANDS = COMMANDS;
  static override readonly NOTIFY_TYPES: readonly NotifyType[] = ["osd_map", "health", "clog", "command"];
  static override readonly EXPORTS = ["pair", "fail", "never"] as const;
  #heard = 0;
  readonly #notified: string[] = [];
  #rados: BoxRados | undefined;

  /** What a handler answers is the output in JSON, unless it is a whole answer. */
  readonly #handlers: Handlers = {
    "box options": ({ local }) => this.#options(local ?? false),
    "box option set": ({ name, value, local }) => this.#setOption(name, JSON.parse(value), local ?? false),
    "box store": ({ front }) => [...this.getStorePrefix(front ?? "")],
    "box store set": ({ key, value }) => this.setStore(key, value ?? null),
    "box store fill": ({ key, count }) => this.setStore(key, new Uint8Array(count).fill(65)),
    "box local": ({ key }) => this.getLocalizedStore(key) ?? null,
    "box echo": ({ prefix: _, ...args }, inbuf) => ({ inbuf, args }),
    "box answer": ({ retval, stdout, stderr }) => answer(retval, stdout, stderr),
    "box long": ({ chars }) => answer(0, "é".repeat(chars), ""),
    "box throw": ({ text }) => {
      throw new RangeError(text);
    },
    "box nonsense": () => new Whole(JSON.parse('[0, null, ""]')),
    "box health": ({ checks }) => this.setHealthChecks(JSON.parse(checks) as Record<string, HealthCheck>),
    "box uri": ({ uri }) => this.setUri(uri),
    "box log": ({ channel, text }) => this.clusterLog(channel, "warn", text),
    "box facts": () => factsOf(this),
    "box say": () => this.#say(),
    "box send": ({ target, id, command, ms, tag }, inbuf) =>
      outcome(this.sendCommand(target, id, command, {
        inbuf,
        ...(ms !== undefined && { timeoutMs: ms }),
        ...(tag !== undefined && { tag }),
      })),
    "box check": ({ command }) => outcome(this.checkMonCommand(JSON.parse(command))),
    "box option of": ({ module, name }) => outcome(this.getModuleOptionEx(module, name, "otherwise")),
    "box option of set": ({ module, name, value }) =>
      outcome(this.setModuleOptionEx(module, name, JSON.parse(value))),
    "box may": async (cmd) => [
      await this.isAuthorized(cmd, JSON.parse(cmd.what)),
      await this.isAuthorized({ ...cmd }, JSON.parse(cmd.what)),
    ],
    "box must": async (cmd) => {
      await this.authorizeCaller(cmd, JSON.parse(cmd.what));
      return "done";
    },
    "box wear": ({ device, level }) => outcome(this.setDeviceWearLevel(device, level)),
    "box rados": ({ pool, method, args, namespace }) => {
      this.#rados ??= new BoxRados(this.rados);
      return outcome(this.#rados.run(pool, namespace ?? "", method, JSON.parse(args)));
    },
    "box remote": ({ module, method, args, ms }) => {
      const options = ms === undefined ? {} : { timeoutMs: ms };
      const methods = this.remote<Record<string, (...args: readonly unknown[]) => unknown>>(module, options);
      return outcome(methods[method]!(...JSON.parse(args)));
    },
    "box heard": () => this.#heard,
    "box notified": () => this.#notified,
    "box epoch": async () => (await this.get("osd_map", { fields: ["epoch"] })).epoch,
    "box spoil": () => this.#spoil(),
    "box progress": ({ id, message, progress }) =>
      message === undefined
        ? this.completeProgressEvent(id)
        : this.updateProgressEvent(id, message, progress ?? 0, true),
  };

  override async handleCommand(inbuf: string, cmd: Call): Promise<HandleCommandResult> {
    const handler = this.#handlers[cmd.prefix] as (cmd: Call, inbuf: string) => unknown;
    try {
      const output = await handler(cmd, inbuf);
      return output instanceof Whole ? output.result : [0, JSON.stringify(output ?? null), ""];
    } catch (error) {
      if (error instanceof RangeError || error instanceof AccessDeniedError) throw error;
      return [-22, "", (error as Error).message];
    }
  }

  /** Exported: what came, and its own default. */
  pair(first: unknown, second: unknown = "default"): { first: unknown; second: unknown } {
    return { first, second };
  }

  /** Exported: throws. */
  fail(text: string): never {
    throw new RangeError(text);
  }

  /** Exported: does not answer. */
  never(): Promise<void> {
    return new Promise(() => {});
  }

  override configNotify(): void {
    this.#heard++;
  }

  override notify(type: NotifyType, id: unknown): void {
    const text = type === "clog" ? (id as { message: string }).message : type === "command" ? id : undefined;
    this.#notified.push(text === undefined ? type : `${type}: ${text}`);
  }

  /** Whether an answer is the same object twice; then it is changed, as far as it lets itself be. */
  async #spoil(): Promise<boolean> {
    const { osds, ...first } = await this.get("osd_map");
    const isSame = await this.get("osd_map") === await this.get("osd_map");
    Reflect.set(osds[0]!, "uuid", "spoilt");
    Reflect.set(osds, "length", 0);
    Reflect.set(first, "fsid", "spoilt");
    return isSame;
  }

  #say(): Promise<void> {
    for (const level of ["debug", "info", "warn", "error"] as const) {
      this.log[level](`said ${level.replace("warn", "warning")}`);
    }
    this.getLogger("part").error("said by a part");
    return this.clusterLog("cluster", "warn", "said to the cluster");
  }

  #options(local: boolean): unknown {
    const names = Object.keys(OPTIONS) as (keyof typeof OPTIONS)[];
    return Object.fromEntries(
      names.map((name) => [name, local ? this.getLocalizedModuleOption(name) : this.getModuleOption(name)]),
    );
  }

  /** The name and the value come from a client: neither is checked here. */
  #setOption(name: string, value: unknown, local: boolean): Promise<void> {
    const set = local ? this.setLocalizedModuleOption : this.setModuleOption;
    return Reflect.apply(set, this, [name, value]);
  }
}

/** Logs what it knows while its manager stands by. */
export class Standby extends MgrStandbyModule<typeof OPTIONS> {
  override async serve(signal: AbortSignal): Promise<void> {
    const { active_name, services } = await this.get("mgr_map");
    const uri = await this.getActiveUri();
    this.log.info(`stands by: ${
      JSON.stringify({
        place: this.getModuleOption("place"),
        key: this.getStore("k") ?? null,
        behind: active_name !== this.getMgrId(),
        uri: uri === (services.box ?? ""),
        tick: await this.getCephOption("mgr_stats_period"),
      })
    }`);
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  }

  override shutdown(): void {
    this.log.info("stands by no longer");
  }
}

/** What a call came to: its value, or its error with class and fields. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    const value = await call;
    if (!isReply(value)) return { value: value ?? null };
    const { bytes, ...reply } = value;
    return { ...reply, bytes: bytes.length };
  } catch (error) {
    const { name, message } = error as Error;
    return { ...error as Error, name, message };
  }
}

function isReply(value: unknown): value is CommandReply {
  return typeof value === "object" && value !== null && "bytes" in value;
}

class Whole {
  constructor(readonly result: HandleCommandResult) {}
}

function answer(retval: number, stdout: string, stderr: string): Whole {
  return new Whole([retval, stdout, stderr]);
}
