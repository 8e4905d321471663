/** `--block`: waits until the scrub that `osd scrub` or `osd deep-scrub` asked for is done. Upstream: waitscrub() in ceph.in */

import { sleep, systemClock } from "../../mgr/time/clock.ts";
import type { Cluster } from "./cluster.ts";
import type { CliIo } from "./io.ts";

const POLL_MS = 3000;
const ALL: ReadonlySet<string> = new Set(["all", "any", "*"]);

interface PgStatDump {
  readonly pgid: string;
  readonly up_primary: number;
  readonly last_scrub_stamp: string;
  readonly last_deep_scrub_stamp: string;
}

/** When each PG of the OSD was scrubbed last. */
type Stamps = ReadonlyMap<string, string>;

/** To be called before the command runs; the result waits. Undefined for a command that is no scrub. */
export async function beforeScrub(
  cluster: Cluster,
  words: readonly string[],
  io: CliIo,
): Promise<(() => Promise<void>) | undefined> {
  const [first, what, osd] = words;
  if (first !== "osd" || (what !== "scrub" && what !== "deep-scrub") || osd === undefined) return undefined;
  const before = await stamps(cluster, what, osd);
  return async () => {
    io.out(`Waiting for ${what} to complete...\n`);
    while (!allChanged(before, await stamps(cluster, what, osd))) {
      await sleep(systemClock, POLL_MS, io.interrupted);
    }
    io.out(`${what} completed\n`);
  };
}

/** A PG that is gone by now needs no scrub. */
export function allChanged(before: Stamps, now: Stamps): boolean {
  return [...before].every(([pgid, stamp]) => now.get(pgid) !== stamp);
}

async function stamps(cluster: Cluster, what: "scrub" | "deep-scrub", osd: string): Promise<Stamps> {
  const fields = new Map([["prefix", "pg dump"], ["format", "json"]]);
  const { r, rs, data } = await cluster.command(fields, new Uint8Array(0), true);
  if (r < 0) throw new Error(`Cannot wait for the scrub: ${rs}`);
  const dump: { readonly pg_map: { readonly pg_stats: readonly PgStatDump[] } } = JSON.parse(
    new TextDecoder().decode(data),
  );
  const stamp = (pg: PgStatDump): string => what === "scrub" ? pg.last_scrub_stamp : pg.last_deep_scrub_stamp;
  const wanted = dump.pg_map.pg_stats.filter((pg) =>
    ALL.has(osd) || pg.up_primary === Number(osd.replace(/^osd\./, ""))
  );
  return new Map(wanted.map((pg) => [pg.pgid, stamp(pg)]));
}
