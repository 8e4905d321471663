/** The smallest module that does something of everything: a command, options, the store, a loop, the log. */

import { type CommandOf, commands, type HandleCommandResult, MgrModule, options } from "@ganglion/sdk";

const OPTIONS = options({
  place: { type: "str", default: "world", desc: "Whom to greet when nobody is named", runtime: true },
  emphatic: { type: "bool", default: true, desc: "Whether to be loud about it", runtime: true },
});

const COMMANDS = commands({
  "hello": {
    desc: "Greets a place, or a person",
    perm: "r",
    args: { person_name: { type: "CephString", req: false } },
  },
  "hello count": { desc: "Says how many greetings there have been", perm: "r" },
});

/** The key under which the number of greetings is stored. */
const GREETINGS = "greetings";
/** Each write is a commit of the monitors, so greetings are written down together. */
const SAVE_PERIOD_MS = 1000;

/** Says hello. */
export default class Hello extends MgrModule<typeof OPTIONS, typeof COMMANDS> {
  static override readonly MODULE_OPTIONS = OPTIONS;
  static override readonly COMMANDS = COMMANDS;
  #greetings = 0;

  override handleCommand(_inbuf: string, cmd: CommandOf<typeof COMMANDS>): HandleCommandResult {
    if (cmd.prefix === "hello count") return [0, `${this.#stored + this.#greetings} greetings\n`, ""];
    const who = cmd.person_name ?? this.getModuleOption("place");
    this.#greetings++;
    return [0, `Hello, ${who}${this.getModuleOption("emphatic") ? "!" : "."}\n`, ""];
  }

  override async serve(signal: AbortSignal): Promise<void> {
    this.log.info(`${this.#stored} greetings so far`);
    while (!signal.aborted) {
      await pause(SAVE_PERIOD_MS, signal);
      await this.#save();
    }
  }

  override configNotify(): void {
    this.log.info(`from now on to ${this.getModuleOption("place")}`);
  }

  get #stored(): number {
    return Number(this.getStore(GREETINGS) ?? 0);
  }

  /** What is not stored yet is kept for the next time when the monitors cannot take it now. */
  async #save(): Promise<void> {
    const greetings = this.#greetings;
    if (greetings === 0) return;
    try {
      await this.setStore(GREETINGS, String(this.#stored + greetings));
      this.#greetings -= greetings;
    } catch (e) {
      this.log.warn(`Cannot store the number of greetings: ${e instanceof Error ? e.message : e}`);
    }
  }
}

/** Ends early, and without an error, when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
