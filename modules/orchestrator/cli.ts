/** What the handlers of commands share: whom they ask, and their shape. */

import type { CommandOf, Commands, HandleCommandResult } from "@ganglion/sdk";
import type { OrchestratorClient } from "@ganglion/sdk/orchestrator";
import { FORMATS } from "./format.ts";

/** The module, as its commands see it. */
export interface Cli {
  /** The backend. */
  readonly orchestrator: OrchestratorClient;
  /** Its name; undefined when none is chosen. */
  backend(): string | undefined;
  /** Chooses another one; undefined: none. Rejects with OrchestratorError. */
  setBackend(name: string | undefined): Promise<void>;
  /** Whether Ceph has such an option. */
  isOption(name: string): Promise<boolean>;
}

/** Call of one command of a table. */
export type Call<C extends Commands, P extends keyof C> = Extract<CommandOf<C>, { readonly prefix: P }>;

/** By prefix, what answers: the text of stdout. */
export type Handlers<C extends Commands> = {
  readonly [P in keyof C & string]: (cli: Cli, cmd: Call<C, P>, inbuf: string) => string | Promise<string>;
};

/** What a command comes to. */
export type Result = HandleCommandResult;

/** Arguments that many commands have. */
export const ARGS = {
  text: { type: "CephString" },
  someText: { type: "CephString", req: false },
  someTexts: { type: "CephString", n: "N", req: false },
  someNumber: { type: "CephInt", req: false },
  flag: { type: "CephBool", req: false },
  format: { type: "CephChoices", strings: FORMATS, req: false },
} as const;
