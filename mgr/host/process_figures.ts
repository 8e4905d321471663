/** What the kernel says of a process: memory, processor time, age. */

/** Figures of a process; all 0 when there is none. */
export interface ProcessFigures {
  readonly rssBytes: number;
  /** User and system. */
  readonly cpuSeconds: number;
  readonly uptimeSeconds: number;
}

const NONE: ProcessFigures = { rssBytes: 0, cpuSeconds: 0, uptimeSeconds: 0 };
/** USER_HZ: the same on all machines that Linux runs on today. */
const TICKS = 100;
const PAGE_BYTES = 4096;

/** Reads them from /proc. */
export async function processFigures(pid: number | undefined): Promise<ProcessFigures> {
  if (pid === undefined) return NONE;
  try {
    const [stat, uptime] = await Promise.all([
      Deno.readTextFile(`/proc/${pid}/stat`),
      Deno.readTextFile("/proc/uptime"),
    ]);
    return parseStat(stat, Number(uptime.split(" ")[0]));
  } catch {
    // It has ended meanwhile.
    return NONE;
  }
}

/** The text of /proc/PID/stat, and how long the machine has been up. See proc(5); fields count from 1. */
export function parseStat(stat: string, upSeconds: number): ProcessFigures {
  // The second field is a name in parentheses, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  const field = (number: number): number => fields[number - 3]!;
  return {
    rssBytes: field(24) * PAGE_BYTES,
    cpuSeconds: (field(14) + field(15)) / TICKS,
    uptimeSeconds: Math.max(0, Math.round(upSeconds - field(22) / TICKS)),
  };
}
