/** One process per manager id: two of them would blocklist each other for ever. */

import { join } from "node:path";

/** Another process of the same id is at work. */
export class AlreadyRunningError extends Error {
  override readonly name = "AlreadyRunningError";
}

/** Holds `mgr_data/ganglion.lock` until the process ends; the file tells the pid. */
export function lockInstance(mgrData: string): Disposable {
  const path = join(mgrData, "ganglion.lock");
  const file = openLock(mgrData, path);
  if (!file.tryLockSync(true)) {
    const pid = Deno.readTextFileSync(path).trim();
    file.close();
    throw new AlreadyRunningError(
      `Cannot start: process ${
        pid || "?"
      } already runs with this mgr_data (${mgrData}). Stop it first, or use another id`,
    );
  }
  file.truncateSync(0);
  file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  return { [Symbol.dispose]: () => file.close() };
}

function openLock(mgrData: string, path: string): Deno.FsFile {
  try {
    Deno.mkdirSync(mgrData, { recursive: true, mode: 0o700 });
    return Deno.openSync(path, { read: true, write: true, create: true });
  } catch (e) {
    throw new Error(
      `Cannot use mgr_data ${mgrData}: ${
        e instanceof Error ? e.message : e
      }. Create it for this user, or set mgr_data`,
    );
  }
}
