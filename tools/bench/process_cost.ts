/** What a daemon and its children cost: memory and processor time, from /proc. */

import { descendantsOf } from "../../tests/cluster/daemon_process.ts";
import { readText } from "../../tests/cluster/proc_files.ts";

/** Clock ticks in a second (USER_HZ), the unit of /proc/PID/stat. */
const TICKS = 100;

/** One reading. */
export interface ProcessCost {
  /** Proportional set size: shared pages are counted by parts. MiB. */
  readonly pssMib: number;
  /** User and system time since the start, seconds. */
  readonly cpuSeconds: number;
  readonly processes: number;
}

/** The sums over a process and all below it. */
export async function processCost(pid: number): Promise<ProcessCost> {
  const pids = [pid, ...(await descendantsOf(pid)).map((child) => child.pid)];
  const each = await Promise.all(
    pids.map(async (pid) => ({ pss: await pssKib(pid), cpu: await cpuTicks(pid) })),
  );
  return {
    pssMib: each.reduce((sum, { pss }) => sum + pss, 0) / 1024,
    cpuSeconds: each.reduce((sum, { cpu }) => sum + cpu, 0) / TICKS,
    processes: pids.length,
  };
}

async function pssKib(pid: number): Promise<number> {
  const text = await readText(`/proc/${pid}/smaps_rollup`) ?? "";
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
}

async function cpuTicks(pid: number): Promise<number> {
  const text = await readText(`/proc/${pid}/stat`) ?? "";
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}
