/** Everything that a module can do wrong while it answers a command, each under a command of its own. */

import { type CommandOf, commands, type HandleCommandResult, MgrModule } from "@ganglion/sdk";

const one = (desc: string) => ({ desc, perm: "r" } as const);

const COMMANDS = commands({
  "echo": { desc: "Answers with the text", perm: "r", args: { text: { type: "CephString" } } },
  "throw": one("Throws"),
  "return": one("Returns something else"),
  "never": one("Never answers"),
  "loop": one("Loops for ever"),
  "heap": one("Fills the heap"),
  "buffers": one("Allocates outside of the heap"),
  "exit": one("Ends the process"),
  "reject": one("Leaves a rejection behind"),
  "timer": one("Throws in a timer"),
  "print": one("Prints without end"),
  "log": one("Logs without end"),
  "big": one("Answers with more than fits"),
  "large": one("Answers with 20 MB"),
  "calls": one("Calls the host without waiting"),
  "health": one("Sets health checks that are none"),
});

type Call = CommandOf<typeof COMMANDS>;
type Handler = (cmd: Call) => HandleCommandResult | Promise<HandleCommandResult>;

const MIB = 1024 * 1024;

/** Answers, or does not. */
export default class Misbehaves extends MgrModule<Record<never, never>, typeof COMMANDS> {
  static override readonly COMMANDS = COMMANDS;

  readonly #handlers: Readonly<Record<Call["prefix"], Handler>> = {
    echo: (cmd) => [0, cmd.prefix === "echo" ? cmd.text : "", ""],
    throw: () => {
      throw new RangeError("the handler threw");
    },
    return: () => JSON.parse('[0, null, ""]'),
    never: () => new Promise(() => {}),
    loop: () => {
      for (;;);
    },
    heap: () => {
      const kept: unknown[] = [];
      for (;;) kept.push(new Array(1000).fill(kept.length));
    },
    buffers: () => {
      const kept: Uint8Array[] = [];
      for (;;) kept.push(new Uint8Array(64 * MIB).fill(1));
    },
    exit: () => Deno.exit(7),
    reject: () => {
      Promise.reject(new Error("nobody waits for this"));
      return [0, "", ""];
    },
    timer: () => {
      setTimeout(() => {
        throw new Error("in a timer");
      });
      return [0, "", ""];
    },
    print: () => {
      const line = new TextEncoder().encode(`${"x".repeat(99)}\n`.repeat(100));
      for (;;) Deno.stdout.writeSync(line);
    },
    log: async () => {
      for (let i = 0; i < 40_000; i++) {
        this.log.info(`line ${i}`);
        if (i % 1000 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      return [0, "", ""];
    },
    big: () => [0, "x".repeat(70 * MIB), ""],
    large: () => [0, "x".repeat(20 * MIB), ""],
    calls: async () => {
      const calls = Array.from({ length: 5000 }, () => this.get("health"));
      const results = await Promise.allSettled(calls);
      return [0, String(results.filter(({ status }) => status === "rejected").length), ""];
    },
    health: async () => {
      await this.setHealthChecks(JSON.parse('{"MY_CHECK": {"severity": "fatal", "summary": ""}}'));
      return [0, "", ""];
    },
  };

  override handleCommand(_inbuf: string, cmd: Call): HandleCommandResult | Promise<HandleCommandResult> {
    return this.#handlers[cmd.prefix](cmd);
  }
}
