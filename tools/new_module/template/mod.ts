/** my_module: counts what it is told of, and warns when that is too much. */

import { type CommandOf, commands, type HandleCommandResult, MgrModule, options } from "@ganglion/sdk";

const OPTIONS = options({
  limit: { type: "uint", default: 10, min: 1, desc: "More than so many are a warning", runtime: true },
});

const COMMANDS = commands({
  "my_module add": {
    desc: "Counts one more, or several",
    perm: "rw",
    args: { count: { type: "CephInt", range: "1|1000", req: false } },
  },
  "my_module show": { desc: "Says how many there are", perm: "r" },
});

/** The key under which the number is stored: fields do not survive a restart, keys do. */
const COUNT = "count";

/** Counts. */
export default class MyModule extends MgrModule<typeof OPTIONS, typeof COMMANDS> {
  static override readonly MODULE_OPTIONS = OPTIONS;
  static override readonly COMMANDS = COMMANDS;

  /** Runs while the module is enabled; ends when the signal aborts. */
  override async serve(_signal: AbortSignal): Promise<void> {
    await this.#report();
  }

  override async handleCommand(
    _inbuf: string,
    cmd: CommandOf<typeof COMMANDS>,
  ): Promise<HandleCommandResult> {
    if (cmd.prefix === "my_module add") {
      await this.setStore(COUNT, String(this.#count + Number(cmd.count ?? 1)));
      await this.#report();
    }
    return [0, `${this.#count}\n`, ""];
  }

  override async configNotify(): Promise<void> {
    await this.#report();
  }

  get #count(): number {
    return Number(this.getStore(COUNT) ?? 0);
  }

  /** Needs the permission "health" of deno.json; until the operator grants it, only the log is told. */
  async #report(): Promise<void> {
    const limit = Number(this.getModuleOption("limit"));
    const summary = `${this.#count} counted, more than ${limit}`;
    try {
      await this.setHealthChecks(
        this.#count > limit ? { MY_MODULE_LIMIT: { severity: "warning", summary, detail: [summary] } } : {},
      );
    } catch (e) {
      this.log.warn(`Cannot warn of the limit: ${e instanceof Error ? e.message : e}`);
    }
  }
}
