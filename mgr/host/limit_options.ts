/** Limits of a module, each an option that every module has: `mgr/<module>/limit_heap`. An operator sets them, no module. */

import { parseOption } from "../types/option_value.ts";
import type { OptionDeclaration } from "./contract.ts";

const MIB = 2 ** 20;

/** By name. Those of the process are another process of this module, the others act at once. */
export const limitOptions = {
  limit_heap: {
    type: "size",
    default: 512 * MIB,
    min: 64 * MIB,
    max: 32_768 * MIB,
    desc: "Heap of JavaScript; its process ends when that is not enough",
    runtime: true,
  },
  limit_memory: {
    type: "size",
    default: 1024 * MIB,
    min: 128 * MIB,
    max: 65_536 * MIB,
    desc: "Resident memory of its process, which is killed when it takes more",
    runtime: true,
  },
  limit_calls: {
    type: "uint",
    default: 1024,
    min: 16,
    max: 1024,
    desc: "Calls of the manager that it may have unanswered; more are refused",
    runtime: true,
  },
  limit_message: {
    type: "size",
    default: 512 * 1024,
    min: 64 * 1024,
    max: 512 * 1024,
    desc:
      "One message to the manager without the bytes that it carries; its process is killed when it sends more",
    runtime: true,
  },
  limit_log: {
    type: "size",
    default: 256 * 1024,
    min: 1024,
    max: 16 * MIB,
    desc: "Characters that it logs in a second; lines beyond are counted and left out",
    runtime: true,
  },
  limit_restart_pause: {
    type: "secs",
    default: 30,
    min: 1,
    max: 3600,
    desc: "A process that dies is started again after 0.2 s, doubled by each further death up to this",
    runtime: true,
  },
  limit_store: {
    type: "size",
    default: 64 * MIB,
    min: 0,
    max: 4096 * MIB,
    desc: "Keys and values that it stores; writes beyond are refused",
    runtime: true,
  },
  limit_health_checks: {
    type: "uint",
    default: 100,
    min: 0,
    max: 1000,
    desc: "Health checks that it raises; more are refused",
    runtime: true,
  },
} as const satisfies Readonly<Record<string, OptionDeclaration>>;

/** The name of a limit. */
export type Limit = keyof typeof limitOptions;

/** Bytes, seconds or a number, as the operator has set it. */
export type LimitOf = (name: Limit) => number;

/** Whether the option is a limit. */
export function isLimit(name: string): name is Limit {
  return Object.hasOwn(limitOptions, name);
}

/** Reads limits of texts; one that is out of bounds counts as not set. `text` is of an option that is set. */
export function limitReader(text: (name: string) => string | undefined): LimitOf {
  return (name) => {
    const { type, default: otherwise, min, max } = limitOptions[name];
    try {
      const value = Number(parseOption(type, text(name) ?? ""));
      return value >= min && value <= max ? value : otherwise;
    } catch {
      return otherwise;
    }
  };
}
