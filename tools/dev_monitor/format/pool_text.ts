/** A pool on one line, as `ceph osd dump` prints it. Upstream: operator<< of pg_pool_t in osd/osd_types.cc */

import { shortFloat } from "../../../mgr/state/quantity.ts";
import { isErasure, type PgPool } from "../../../mgr/types/pg_pool.ts";
import { dumpPgPool, snapSetText } from "../../../mgr/types/pg_pool_dump.ts";
import { formatUtime } from "../../../mgr/types/utime.ts";

type PoolDump = ReturnType<typeof dumpPgPool>;

const HASH_NAMES: Readonly<Record<number, string>> = { 1: "linux", 2: "rjenkins" };

/** ` name value` for what is set. */
function set(name: string, value: string | number | bigint): string {
  return value === 0 || value === 0n || value === "" || value === "0" ? "" : ` ${name} ${value}`;
}

/** Counts of PGs; targets only where they differ. */
function pgText(p: PgPool): string {
  const others: readonly (readonly [string, number, number])[] = [
    ["pg_num_target", p.pgNumTarget, p.pgNum],
    ["pgp_num_target", p.pgpNumTarget, p.pgpNum],
    ["pg_num_pending", p.pgNumPending, p.pgNum],
  ];
  const differing = others.filter(([, value, usual]) => value !== usual);
  return ` pg_num ${p.pgNum} pgp_num ${p.pgpNum}` +
    differing.map(([name, value]) => ` ${name} ${value}`).join("");
}

function resendText(p: PgPool): string {
  const epochs = [p.lastForceOpResend, p.lastForceOpResendPrenautilus, p.lastForceOpResendPreluminous];
  return epochs.every((epoch) => epoch === 0) ? "" : ` lfor ${epochs.join("/")}`;
}

function hitSetText(p: PgPool, dump: PoolDump): string {
  if (p.hitSetParams.type === 0) return "";
  const { type } = dump.hit_set_params;
  return ` hit_set ${type} ${p.hitSetPeriod}s x${p.hitSetCount}` +
    ` decay_rate ${p.hitSetGradeDecayRate} search_last_n ${p.hitSetSearchLastN}`;
}

const optsText = (dump: PoolDump): string =>
  Object.entries(dump.options)
    .map(([name, value]) => ` ${name} ${typeof value === "number" ? shortFloat(value) : value}`).join("");

/** Without the line break. */
export function poolText(p: PgPool): string {
  const dump = dumpPgPool(p, "json", {});
  const profile = isErasure(p) ? ` profile ${p.erasureCodeProfile}` : "";
  const apps = [...p.applicationMetadata.keys()].join(",");
  return `${isErasure(p) ? "erasure" : "replicated"}${profile} size ${p.size} min_size ${p.minSize}` +
    ` crush_rule ${p.crushRule} object_hash ${HASH_NAMES[p.objectHash] ?? "unknown"}${pgText(p)}` +
    ` autoscale_mode ${dump.pg_autoscale_mode} last_change ${p.lastChange}${resendText(p)}` +
    set("flags", dump.flags_names) +
    set("max_bytes", p.quotaMaxBytes) + set("max_objects", p.quotaMaxObjects) +
    hitSetText(p, dump) +
    set("min_read_recency_for_promote", p.minReadRecencyForPromote) +
    set("min_write_recency_for_promote", p.minWriteRecencyForPromote) +
    ` stripe_width ${p.stripeWidth}` +
    set("expected_num_objects", p.expectedNumObjects) + (p.fastRead ? " fast_read 1" : "") +
    optsText(dump) + set("application", apps);
}

/** The line of `osd dump`, and one for each snapshot. */
export function poolLines(id: number, name: string, p: PgPool): string {
  const snaps = [...p.snaps.values()].map(({ snapid, name, stamp }) =>
    `\tsnap ${snapid} '${name}' ${formatUtime(stamp)}\n`
  );
  const removed = [...p.removedSnaps].length > 0 ? `\tremoved_snaps ${snapSetText(p.removedSnaps)}\n` : "";
  return `pool ${id} '${name}' ${poolText(p)}\n${snaps.join("")}${removed}`;
}
