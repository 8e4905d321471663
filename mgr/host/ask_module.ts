/** What a module is and whether it can run here: asked in a process that ends with the answer. */

import { z } from "zod";
import type { Ability, ModuleDescription } from "./contract.ts";
import { messageOf } from "./message_of.ts";
import type { ModuleProcess } from "./module_process.ts";

/** Module.canRun() */
const CAN_RUN_TIMEOUT_MS = 2_000;

/** Of a reason that a module gives: it goes into the MgrMap, health and the cluster log. */
export const MAX_REASON_CHARS = 1000;
const AbilitySchema = z.object({ can: z.boolean(), reason: z.string() });

/** What came of asking. */
export interface ModuleFacts {
  /** Undefined when it could not be loaded. */
  readonly description: ModuleDescription | undefined;
  readonly ability: Ability;
}

/** Never rejects: what goes wrong is the reason why the module cannot run. */
export async function askModule(start: () => Promise<ModuleProcess>): Promise<ModuleFacts> {
  let process: ModuleProcess | undefined;
  let description: ModuleDescription | undefined;
  try {
    process = await start();
    description = await process.load();
    return { description, ability: await askAbility(process, description) };
  } catch (e) {
    const reason = messageOf(e);
    return { description, ability: { can: false, reason: reason.slice(0, MAX_REASON_CHARS) } };
  } finally {
    await process?.kill("it was only asked what it is");
  }
}

async function askAbility(process: ModuleProcess, { hasCanRun }: ModuleDescription): Promise<Ability> {
  if (!hasCanRun) return { can: true, reason: "" };
  const answer: unknown = await process.within(CAN_RUN_TIMEOUT_MS, "canRun()", process.call("canRun"));
  const checked = AbilitySchema.safeParse(answer);
  if (!checked.success) throw new Error("canRun() answered something else than [boolean, string]");
  return { can: checked.data.can, reason: checked.data.reason.slice(0, MAX_REASON_CHARS) };
}
