/** What a command of the monitor is: one row of a table. Upstream: mon/MonCommands.h */

import type { MonitorContext } from "../server/context.ts";
import type { Session } from "../server/session.ts";
import { type CephJson, cephJson } from "../format/ceph_json.ts";
import type { Change } from "../state/committed.ts";
import type { Args } from "./args.ts";

/** `-f`: what the answer is to look like. Formats that we do not write are plain. */
export type Format = "plain" | "json" | "json-pretty";

/** One call. */
export interface Call {
  readonly monitor: MonitorContext;
  readonly session: Session;
  readonly args: Args;
  readonly format: Format;
  readonly input: Uint8Array;
}

/** What a command answers; a CommandError stands for a refusal. */
export interface Answer {
  /** Text for stdout, or bytes. */
  readonly out?: string | Uint8Array;
  /** Text for stderr, also when all is well. */
  readonly err?: string;
  /** 0 unless a failure has output as well. */
  readonly code?: number;
  /** Made durable before the answer leaves. */
  readonly change?: Change | undefined;
}

/** One command: how it is described, whose caps decide, and what it does. */
export interface CommandRow {
  /** `osd find name=id,type=CephOsdName` */
  readonly sig: string;
  readonly help: string;
  readonly module: string;
  readonly perm: string;
  /** Bits of MonCommand.flags; 0 when missing. */
  readonly flags?: number;
  readonly run: (call: Call) => Answer;
}

/** Rows of one module: signature, permission, help, function, flags. */
export function rows(
  module: string,
  table: readonly (readonly [
    sig: string,
    perm: string,
    help: string,
    run: (call: Call) => Answer,
    flags?: number,
  ])[],
): CommandRow[] {
  return table.map(([sig, perm, help, run, flags = 0]) => ({ sig, perm, help, run, flags, module }));
}

/** `json` in the wanted format; plain is `text`, or pretty JSON where upstream knows no other. */
export function show({ format }: Call, json: CephJson, text?: string): Answer {
  if (format === "plain" && text !== undefined) return { out: text };
  return { out: cephJson(json, format !== "json") };
}

/** As `show`, with the line break that some commands write behind their JSON. */
export function showLine(call: Call, json: CephJson, text?: string): Answer {
  const { out } = show(call, json, text);
  if (call.format === "plain" && text !== undefined) return { out: text };
  return { out: `${out}\n` };
}
