/** Waits until a manager that runs has taken in what was installed: its commands and options are announced then. */

import { moduleState, takenFile } from "../../mgr/host/packages/package_store.ts";

/** A new version is asked what it is, and the monitors take two rounds for what is announced. */
const MAX_WAIT_MS = 20_000;
const POLL_MS = 50;

/** Whether the manager runs and has the version now; false as well when it takes too long. */
export async function managerHas(mgrData: string, name: string, id: string): Promise<boolean> {
  const file = takenFile(moduleState(mgrData), name);
  const late = performance.now() + MAX_WAIT_MS;
  while (await isRunning(mgrData) && performance.now() < late) {
    if (await read(file) === id) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}

/** Its lock file tells its pid, and stays when it has ended. */
async function isRunning(mgrData: string): Promise<boolean> {
  const pid = Number(await read(`${mgrData}/ganglion.lock`));
  return pid > 0 && await read(`/proc/${pid}/stat`) !== undefined;
}

async function read(path: string): Promise<string | undefined> {
  try {
    return (await Deno.readTextFile(path)).trim();
  } catch {
    return undefined;
  }
}
