/** What a module is and whether it can run here: asked in processes that end with the answer. */

import { z } from "zod";
import type { Ability, ModuleDescription } from "./contract.ts";
import { messageOf } from "./message_of.ts";
import type { ModuleProcess } from "./module_process.ts";

/** Module.canRun() */
const CAN_RUN_TIMEOUT_MS = 2_000;

/** Of a reason that a module gives: it goes into the MgrMap, health and the cluster log. */
export const MAX_REASON_CHARS = 1000;
const AbilitySchema = z.object({ can: z.boolean(), reason: z.string() });

/** Starts a process. */
type Start = () => Promise<ModuleProcess>;

/** Rejects, with a message fit to be shown, when the module cannot be loaded. */
export async function askDescription(start: Start): Promise<ModuleDescription> {
  return await inProcess(start, (process) => process.load());
}

/** Never rejects: what goes wrong is the reason why the module cannot run. */
export async function askAbility(start: Start): Promise<Ability> {
  try {
    return await inProcess(start, async (process) => {
      await process.load();
      return await canRun(process);
    });
  } catch (e) {
    return unable(e);
  }
}

/** What went wrong is why it cannot run. */
export function unable(e: unknown): Ability {
  return { can: false, reason: messageOf(e).slice(0, MAX_REASON_CHARS) };
}

async function inProcess<T>(start: Start, ask: (process: ModuleProcess) => Promise<T>): Promise<T> {
  let process: ModuleProcess | undefined;
  try {
    process = await start();
    return await ask(process);
  } finally {
    await process?.kill("it was only asked what it is");
  }
}

async function canRun(process: ModuleProcess): Promise<Ability> {
  const answer: unknown = await process.within(CAN_RUN_TIMEOUT_MS, "canRun()", process.call("canRun"));
  const checked = AbilitySchema.safeParse(answer);
  if (!checked.success) throw new Error("canRun() answered something else than [boolean, string]");
  return { can: checked.data.can, reason: checked.data.reason.slice(0, MAX_REASON_CHARS) };
}
