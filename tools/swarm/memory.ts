/** A process's memory over time. */

import { readText } from "../../tests/cluster/proc_files.ts";
import { systemClock, type Timer } from "../../mgr/time/clock.ts";

/** Seconds since the watch began, and the resident memory then, MiB. */
export type MemorySample = readonly [seconds: number, mib: number];

/** Looks so often; dispose of it. */
export class MemoryWatch implements Disposable {
  readonly samples: MemorySample[] = [];
  readonly #timer: Timer;

  constructor(pid: number, periodSeconds: number) {
    const from = systemClock.now();
    this.#timer = systemClock.every(periodSeconds * 1000, async () => {
      const mib = await residentMib(pid, "VmRSS");
      this.samples.push([Math.round((systemClock.now() - from) / 1000), mib]);
    });
  }

  [Symbol.dispose](): void {
    this.#timer.cancel();
  }
}

/** VmRSS: now; VmHWM: the most that it ever was. NaN when the process is gone. */
export async function residentMib(pid: number, field: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readText(`/proc/${pid}/status`) ?? "";
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? NaN) / 1024;
}
