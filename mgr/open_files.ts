/** How many files this process may open, and so how many connections there is room for; each of them is one. */

import { type HealthCheckMap, HealthSeverity } from "./types/health.ts";

/**
 * What the manager opens itself: up to a hundred modules with a few pipes and sockets each, sessions with monitors and
 * OSDs, logs, and files that are read now and then. Peers must never take these: without them we would lose the role.
 */
export const OWN_FILES = 1024;

/** Room for 10,000 OSDs, 5,000 clients and ourselves; below it, the start says so. */
export const RECOMMENDED_FILES = 16_384;

/**
 * The hard limit, which is the one in force: Deno raises the soft limit to it when it starts. Infinity where there is no
 * telling.
 */
export function openFileLimit(limits: () => string = ownLimits): number {
  const [, limit] = /^Max open files\s+\S+\s+(\d+)/m.exec(limits()) ?? [];
  return limit === undefined ? Infinity : Number(limit);
}

function ownLimits(): string {
  try {
    return Deno.readTextFileSync("/proc/self/limits");
  } catch {
    // No Linux, or no /proc in this container.
    return "";
  }
}

/** Connections that peers may have: all but what we need ourselves; half, where the limit is small. */
export function connectionRoom(limit: number): number {
  return Math.max(limit - OWN_FILES, Math.floor(limit / 2));
}

/** What to say at the start; undefined when there is room enough. */
export function openFileWarning(limit: number): string | undefined {
  if (limit >= RECOMMENDED_FILES) return undefined;
  return `open files are limited to ${limit}: at most ${
    connectionRoom(limit)
  } daemons and clients can connect; ${ADVICE}`;
}

const ADVICE = `set LimitNOFILE of the unit, or ulimit -Hn, to ${RECOMMENDED_FILES} or more`;

/** The check while nobody is let in; `why` is the acceptor's reason. */
export function connectionsFull(id: string, why: string, limit: number): HealthCheckMap {
  const check = {
    severity: HealthSeverity.warn,
    summary: `mgr.${id} accepts no more connections`,
    detail: [why, `this process may open ${limit} files; when they are too few, ${ADVICE}, and restart it`],
    count: 1,
  };
  return new Map([["MGR_CONNECTIONS_FULL", check]]);
}
