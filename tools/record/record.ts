/** Asks a running manager what a module is answered, and makes a recording of it. */

import { parseData } from "@ganglion/sdk";
import { formatRecording, type RecordedModule, type Recording } from "@ganglion/sdk/testing";
import type { CommandResult } from "../../mgr/mon/mon_client.ts";
import { isSecret } from "../../modules/recorder/secrets.ts";

/** Names of the module that answers. */
const RECORDER = "recorder";
/** It is enabled: the manager has its process ready, and a command waits for it. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 200;

type Fields = Readonly<Record<string, string | bigint>>;

/** The cluster, as far as a recording asks it. */
export interface RecordSource {
  /** A command of the monitors, or of the active manager. */
  command(fields: ReadonlyMap<string, string | bigint>, mgr: boolean): Promise<CommandResult>;
  sleep(ms: number): Promise<void>;
  now(): number;
}

/** What of a module goes along. */
export interface ModuleChoice {
  readonly name: string;
  /** Fronts of the keys that are recorded; "" is all of them, no front is none. */
  readonly kv: readonly string[];
}

/** The text of a recording. Throws an Error that says what to do. */
export async function record(source: RecordSource, choice: ModuleChoice | undefined): Promise<string> {
  const recorder = new Recorder(source);
  const enabled = await recorder.enable();
  try {
    return formatRecording(await recorder.all(choice));
  } finally {
    if (enabled) await recorder.disable();
  }
}

class Recorder {
  readonly #source: RecordSource;

  constructor(source: RecordSource) {
    this.#source = source;
  }

  /** True when it was not enabled before. */
  async enable(): Promise<boolean> {
    const { modules } = await this.#json<{ modules: string[] }>("mgr dump");
    if (modules.includes(RECORDER)) return false;
    const { r, rs } = await this.#send({ prefix: "mgr module enable", module: RECORDER }, false);
    if (r !== 0) {
      throw new Error(`Cannot enable module ${RECORDER}: ${rs}; is the active manager Ganglion?`);
    }
    const deadline = this.#source.now() + PATIENCE_MS;
    while ((await this.#send({ prefix: "recorder names" }, true)).r !== 0) {
      if (this.#source.now() > deadline) {
        throw new Error(
          `Cannot record: module ${RECORDER} does not answer; see the log of the active manager`,
        );
      }
      await this.#source.sleep(PAUSE_MS);
    }
    return true;
  }

  async disable(): Promise<void> {
    await this.#send({ prefix: "mgr module disable", module: RECORDER }, false);
  }

  async all(choice: ModuleChoice | undefined): Promise<Omit<Recording, "format">> {
    const data: Record<string, unknown> = {};
    for (const name of await this.#ask<string[]>({ prefix: "recorder names" })) {
      data[name] = await this.#ask({ prefix: "recorder data", name });
    }
    const about = await this.#ask<{ mgrId: string; version: string }>({ prefix: "recorder about" });
    const module = choice && await this.#module(choice, about.mgrId);
    return {
      recordedAt: Date.now(),
      ...about,
      data,
      facts: await this.#ask({ prefix: "recorder facts" }),
      counters: await this.#ask({ prefix: "recorder counters" }),
      osdMap: await this.#osdMap((data.osd_map as { epoch: number }).epoch),
      ...(module && { module }),
    };
  }

  async #osdMap(epoch: number): Promise<string> {
    const { r, rs, data } = await this.#send({ prefix: "osd getmap", epoch: BigInt(epoch) }, false);
    if (r !== 0) throw new Error(`Cannot record the OSDMap of epoch ${epoch}: ${rs}`);
    return data.toBase64();
  }

  async #module({ name, kv }: ModuleChoice, mgrId: string): Promise<RecordedModule> {
    const front = `mgr/${name}/`;
    const rows = await this.#json<{ section: string; name: string; value: string }[]>("config dump");
    const own = rows.filter((row) =>
      row.name.startsWith(front) && ["mgr", `mgr.${mgrId}`, "global"].includes(row.section) &&
      !isSecret(row.name.slice(front.length))
    );
    const options = own.map((row) => [row.name.slice(front.length), row.value]);
    const store: Record<string, string> = {};
    for (const key of kv.length === 0 ? [] : await this.#json<string[]>("config-key ls")) {
      const short = key.slice(front.length);
      if (!key.startsWith(front) || !kv.some((wanted) => short.startsWith(wanted))) continue;
      store[short] = (await this.#send({ prefix: "config-key get", key }, false)).data.toBase64();
    }
    return { name, options: Object.fromEntries(options), store };
  }

  async #ask<T>(fields: Fields): Promise<T> {
    const { r, rs, data } = await this.#send(fields, true);
    if (r !== 0) throw new Error(`Cannot record '${Object.values(fields).join(" ")}': ${rs}`);
    return parseData(new TextDecoder().decode(data)) as T;
  }

  async #json<T>(prefix: string): Promise<T> {
    const { r, rs, data } = await this.#send({ prefix, format: "json" }, false);
    if (r !== 0) throw new Error(`Cannot run '${prefix}': ${rs}`);
    return JSON.parse(new TextDecoder().decode(data)) as T;
  }

  #send(fields: Fields, mgr: boolean): Promise<CommandResult> {
    return this.#source.command(new Map(Object.entries(fields)), mgr);
  }
}
