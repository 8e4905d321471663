/** What clients would do to a pool: reads, writes and a population of objects that rise and fall. Pure; time decides everything. */

/** How much goes on in one pool. */
export interface ClientLoad {
  /** Objects of the pool, on average. */
  readonly objects: number;
  readonly objectBytes: number;
  /** Operations of the whole pool in a second, on average, and bytes of one. */
  readonly reads: number;
  readonly readBytes: number;
  readonly writes: number;
  readonly writeBytes: number;
}

/** 8 GiB in 4 MiB objects; some 7 MB of traffic in a second. */
export const DEFAULT_LOAD: ClientLoad = {
  objects: 2048,
  objectBytes: 4 * 1024 * 1024,
  reads: 60,
  readBytes: 64 * 1024,
  writes: 25,
  writeBytes: 128 * 1024,
};

/** No clients at all: the pool has what is really written to it. */
export const NO_LOAD: ClientLoad = {
  objects: 0,
  objectBytes: 0,
  reads: 0,
  readBytes: 0,
  writes: 0,
  writeBytes: 0,
};

/** A swing around the average: its share and its period in seconds. */
const WAVES: readonly (readonly [share: number, periodS: number])[] = [[0.5, 300], [0.3, 47]];
/** The population of objects breathes slower. */
const TIDE_SHARE = 0.1;
const TIDE_PERIOD_S = 900;

/** What was done, rising for ever. */
export interface Work {
  readonly reads: number;
  readonly readBytes: number;
  readonly writes: number;
  readonly writeBytes: number;
}

/** Seconds of average load between time 0 and `seconds`: the integral of the waves. */
function loadedSeconds(seconds: number, phase: number): number {
  return WAVES.reduce((sum, [share, period]) => {
    const omega = 2 * Math.PI / period;
    return sum + share / omega * (Math.cos(phase) - Math.cos(omega * seconds + phase));
  }, seconds);
}

/** The work that one PG of a pool has seen after `seconds`; a pool of `pgNum` spreads it with slight differences. */
export function workOf(load: ClientLoad, seconds: number, seed: number, pgNum: number): Work {
  const share = loadedSeconds(seconds, seed) / pgNum;
  const reads = Math.floor(load.reads * share);
  const writes = Math.floor(load.writes * share);
  return { reads, readBytes: reads * load.readBytes, writes, writeBytes: writes * load.writeBytes };
}

/** Objects of one PG at that time. */
export function objectsOf(load: ClientLoad, seconds: number, seed: number, pgNum: number): number {
  const tide = 1 + TIDE_SHARE * Math.sin(2 * Math.PI * seconds / TIDE_PERIOD_S);
  const all = Math.round(load.objects * tide);
  return Math.floor(all / pgNum) + (seed < all % pgNum ? 1 : 0);
}
