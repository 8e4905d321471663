/** Descriptions of Ceph's options: fetched from the monitors when somebody wants them, and kept. */

import type { OptionHelp } from "./config/option_dump.ts";
import { optionRows } from "./config/option_table.ts";
import type { AskMonitors } from "./roster.ts";

/** Questions under way: enough to hide the way to the monitors, few enough not to delay others. */
const PARALLEL = 32;
/** A monitor answers each from memory; without a quorum there is no answer. */
const TIMEOUT_MS = 10_000;

/** Asks once; after a failure the next one who wants them has them asked for again. */
export class OptionHelpSource {
  readonly #ask: AskMonitors;
  #help: Promise<ReadonlyMap<string, OptionHelp>> | undefined;

  constructor(ask: AskMonitors) {
    this.#ask = ask;
  }

  /** By option; what the monitors do not know is missing. Rejects when they do not answer. */
  all(): Promise<ReadonlyMap<string, OptionHelp>> {
    this.#help ??= this.#fetchAll().catch((e) => {
      this.#help = undefined;
      throw e;
    });
    return this.#help;
  }

  async #fetchAll(): Promise<ReadonlyMap<string, OptionHelp>> {
    const help = new Map<string, OptionHelp>();
    const names = optionRows().keys();
    const worker = async (): Promise<void> => {
      for (const name of names) {
        const one = await this.#fetch(name);
        if (one !== undefined) help.set(name, one);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    return help;
  }

  async #fetch(key: string): Promise<OptionHelp | undefined> {
    const command = { prefix: "config help", key, format: "json" };
    const { r, data } = await this.#ask(command, { timeoutMs: TIMEOUT_MS });
    if (r !== 0) return undefined;
    const { desc, long_desc } = JSON.parse(new TextDecoder().decode(data)) as Record<string, unknown>;
    return { desc: String(desc ?? ""), long_desc: String(long_desc ?? "") };
  }
}
