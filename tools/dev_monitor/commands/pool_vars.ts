/** Variables of pools: one row for each, how it is shown and how it is set. Upstream: OSDMonitor::prepare_command_pool_set, "osd pool get" */

import { isErasure, type PgPool } from "../../../mgr/types/pg_pool.ts";
import { hasPoolFlag, PoolFlag } from "../../../mgr/types/osd_map_bits.ts";
import { poolOpt, type PoolOptName, type PoolOptValue } from "../../../mgr/types/pool_opts.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { AUTOSCALE, badPgNum, withOpt } from "../osd/pool_draft.ts";
import type { OsdDraft } from "../state/osd_draft.ts";
import { fail } from "./args.ts";
import { ruleId } from "./crush_rule.ts";

/** A pool and what is around it. */
export interface PoolContext {
  readonly draft: OsdDraft;
  readonly id: number;
  readonly name: string;
  readonly pool: PgPool;
  /** --yes-i-really-mean-it */
  readonly sure: boolean;
}

/** One variable. */
export interface PoolVar {
  /** Undefined: it is not set, or not for this pool. */
  readonly get: (c: PoolContext) => CephJson | undefined;
  /** What changes. Throws a CommandError for a value that cannot be. */
  readonly set?: (c: PoolContext, text: string) => Partial<PgPool>;
  /** `osd pool get P all` leaves it out when there is none; asking for it alone then is an error. */
  readonly kind: "always" | "option" | "tier" | "erasure";
}

function integer(text: string): number {
  if (!/^[-+]?\d+$/.test(text)) {
    throw fail(
      "inval",
      `error parsing integer value '${text}': Expected option value to be integer, got '${text}'`,
    );
  }
  return Number(text);
}

function float(text: string): number {
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) {
    throw fail(
      "inval",
      `error parsing floating point value '${text}': strict_strtod: expected double, got: '${text}'`,
    );
  }
  return Number(text);
}

const IEC: Readonly<Record<string, number>> = { "": 0, B: 0, K: 1, M: 2, G: 3, T: 4, P: 5, E: 6 };

/** `1G`, `512Mi`. Upstream: strict_iecstrtoll */
export function bytesOf(text: string): number {
  const match = /^([-+]?\d+)([A-Za-z]*)$/.exec(text);
  const unit = match?.[2]?.replace(/^([KMGTPE])i?$/, "$1") ?? "?";
  if (!match || IEC[unit] === undefined) {
    const why = (match?.[2] ?? text).length > 2
      ? "strict_iecstrtoll: illegal prefix (length > 2)"
      : "strict_iecstrtoll: unit prefix not recognized";
    throw fail("inval", `error parsing value '${text}': ${why}`);
  }
  return Number(match[1]) * 1024 ** IEC[unit]!;
}

const TRUE_WORDS: readonly string[] = ["true", "1"];
const FALSE_WORDS: readonly string[] = ["false", "0"];

function flag(text: string): boolean {
  if (TRUE_WORDS.includes(text)) return true;
  if (FALSE_WORDS.includes(text)) return false;
  throw fail("inval", "expecting value 'true', 'false', '0', or '1'");
}

type FlagName = keyof typeof PoolFlag;

const flagged = (pool: PgPool, name: FlagName, on: boolean): Partial<PgPool> => ({
  flags: on ? pool.flags | (1n << PoolFlag[name]) : pool.flags & ~(1n << PoolFlag[name]),
});

const flagVar = (name: FlagName): PoolVar => ({
  kind: "always",
  get: ({ pool }) => hasPoolFlag(pool.flags, name),
  set: ({ pool }, text) => flagged(pool, name, flag(text)),
});

/** An option of `pool_opts_t`: zero, or nothing, removes it. */
function optVar(name: PoolOptName, parse: (text: string) => PoolOptValue): PoolVar {
  return {
    kind: "option",
    get: ({ pool }) => {
      const value = poolOpt(pool.opts, name);
      return name === "csum_type" && typeof value === "bigint" ? CSUM_TYPES[Number(value)] ?? "" : value;
    },
    set: ({ pool }, text) => {
      const value = parse(text);
      const none = value === 0n || value === 0 || value === "unset" || value === "";
      return { opts: withOpt(pool.opts, name, none ? undefined : value) };
    },
  };
}

const CSUM_TYPES: readonly string[] = [
  "none",
  "none",
  "xxhash32",
  "xxhash64",
  "crc32c",
  "crc32c_16",
  "crc32c_8",
];

const intOpt = (text: string): bigint => BigInt(integer(text));
const sizeOpt = (text: string): bigint => BigInt(bytesOf(text));

function within(text: string, low: number, high: number, message: string): number {
  const value = float(text);
  if (value < low || value > high) throw fail("inval", message);
  return value;
}

function oneOf(words: readonly string[], what: string): (text: string) => string {
  return (text) => {
    if (!words.includes(text)) throw fail("inval", `unrecognized ${what} '${text}'`);
    return text;
  };
}

/** Only caches have it. */
const tierVar = (get: (pool: PgPool) => CephJson): PoolVar => ({
  kind: "tier",
  get: ({ pool }) => pool.tierOf >= 0 ? get(pool) : undefined,
  set: () => {
    throw fail("acces", "(13) Permission denied");
  },
});

function setSize({ pool, sure }: PoolContext, text: string): Partial<PgPool> {
  if (hasPoolFlag(pool.flags, "nosizechange")) {
    throw fail("perm", "pool size change is disabled; you must unset nosizechange flag for the pool first");
  }
  if (isErasure(pool)) throw fail("opnotsupp", "can not change the size of an erasure-coded pool");
  const size = integer(text);
  if (size < 1 || size > 10) throw fail("inval", "pool size must be between 1 and 10");
  if (size === 1 && !sure) {
    throw fail(
      "perm",
      "WARNING: setting pool size 1 could lead to data loss without recovery. If you are *ABSOLUTELY CERTAIN* that is what you want, pass the flag --yes-i-really-mean-it.",
    );
  }
  return { size, minSize: size === pool.size ? pool.minSize : size - Math.floor(size / 2) };
}

function setMinSize({ pool }: PoolContext, text: string): Partial<PgPool> {
  if (hasPoolFlag(pool.flags, "nosizechange")) {
    throw fail(
      "perm",
      "pool min size change is disabled; you must unset nosizechange flag for the pool first",
    );
  }
  const minSize = integer(text);
  if (minSize < 1 || minSize > pool.size) {
    throw fail("inval", `pool min_size must be between 1 and size, which is set to ${pool.size}`);
  }
  return { minSize };
}

/** The number is a target: the manager moves towards it with pg_num_actual and pgp_num_actual. */
function setPgNum({ pool }: PoolContext, text: string): Partial<PgPool> {
  if (hasPoolFlag(pool.flags, "nopgchange")) {
    throw fail("perm", "pool pg_num change is disabled; you must unset nopgchange flag for the pool first");
  }
  const n = integer(text);
  if (n <= 0 || n > 65_536) throw badPgNum();
  const follows = pool.pgNumTarget === pool.pgpNumTarget;
  return { pgNumTarget: n, ...(follows ? { pgpNumTarget: n } : {}) };
}

function setPgpNum({ pool }: PoolContext, text: string): Partial<PgPool> {
  if (hasPoolFlag(pool.flags, "nopgchange")) {
    throw fail("perm", "pool pgp_num change is disabled; you must unset nopgchange flag for the pool first");
  }
  const n = integer(text);
  if (n <= 0) throw fail("inval", `specified pgp_num must > 0, but you set to ${n}`);
  if (n > pool.pgNumTarget) throw fail("inval", `specified pgp_num ${n} > pg_num ${pool.pgNumTarget}`);
  return { pgpNumTarget: n };
}

/** What the manager asks for: PGs split or merge at once here. */
const setPgNumActual = (_: PoolContext, text: string): Partial<PgPool> => {
  const n = integer(text);
  return { pgNum: n, pgNumPending: n };
};

const setPgpNumActual = (_: PoolContext, text: string): Partial<PgPool> => ({ pgpNum: integer(text) });

function setRule({ draft }: PoolContext, text: string): Partial<PgPool> {
  const id = ruleId(draft.crush, text);
  if (id === undefined) throw fail("noent", `crush rule ${text} does not exist`);
  return { crushRule: id };
}

function setHashpspool(c: PoolContext, text: string): Partial<PgPool> {
  if (!c.sure) {
    throw fail(
      "perm",
      "are you SURE?  this will remap all placement groups in this pool, this triggers large data movement, pass --yes-i-really-mean-it if you really do.",
    );
  }
  return flagged(c.pool, "hashpspool", flag(text));
}

function setEcOverwrites({ pool }: PoolContext, text: string): Partial<PgPool> {
  if (!isErasure(pool)) throw fail("inval", "ec overwrites can only be enabled for an erasure coded pool");
  if (!flag(text)) throw fail("inval", "ec overwrites cannot be disabled once enabled");
  return flagged(pool, "ec_overwrites", true);
}

function setFastRead({ pool }: PoolContext, text: string): Partial<PgPool> {
  if (!isErasure(pool)) throw fail("inval", "fast read is not supported in replication pool");
  return { fastRead: flag(text) };
}

function setAutoscale(_: PoolContext, text: string): Partial<PgPool> {
  const mode = AUTOSCALE[text];
  if (mode === undefined) throw fail("inval", `specified invalid mode ${text}`);
  return { pgAutoscaleMode: mode };
}

const modeName = (mode: number): string =>
  Object.entries(AUTOSCALE).find(([, n]) => n === mode)?.[0] ?? "unknown";

const pgNumLimit = (name: "pg_num_min" | "pg_num_max"): PoolVar => ({
  ...optVar(name, intOpt),
  set: ({ pool }, text) => {
    const n = integer(text);
    const now = pool.pgNumTarget;
    if (name === "pg_num_min" && n > now) throw fail("inval", `specified pg_num_min ${n} > pg_num ${now}`);
    if (name === "pg_num_max" && n > 0 && n < now) {
      throw fail("inval", `specified pg_num_max ${n} < pg_num ${now}`);
    }
    return { opts: withOpt(pool.opts, name, n === 0 ? undefined : BigInt(n)) };
  },
});

/** In the order of `osd pool get P all`. */
export const POOL_VARS: ReadonlyMap<string, PoolVar> = new Map<string, PoolVar>([
  ["size", { kind: "always", get: ({ pool }) => pool.size, set: setSize }],
  ["min_size", { kind: "always", get: ({ pool }) => pool.minSize, set: setMinSize }],
  ["pg_num", { kind: "always", get: ({ pool }) => pool.pgNum, set: setPgNum }],
  ["pgp_num", { kind: "always", get: ({ pool }) => pool.pgpNum, set: setPgpNum }],
  ["pg_num_actual", { kind: "tier", get: () => undefined, set: setPgNumActual }],
  ["pgp_num_actual", { kind: "tier", get: () => undefined, set: setPgpNumActual }],
  [
    "crush_rule",
    {
      kind: "always",
      get: ({ pool, draft }) => draft.crush.ruleNames.get(pool.crushRule) ?? String(pool.crushRule),
      set: setRule,
    },
  ],
  ["hashpspool", { ...flagVar("hashpspool"), set: setHashpspool }],
  [
    "allow_ec_overwrites",
    {
      kind: "erasure",
      get: ({ pool }) => isErasure(pool) ? hasPoolFlag(pool.flags, "ec_overwrites") : undefined,
      set: setEcOverwrites,
    },
  ],
  ["nodelete", flagVar("nodelete")],
  ["nopgchange", flagVar("nopgchange")],
  ["nosizechange", flagVar("nosizechange")],
  ["write_fadvise_dontneed", flagVar("write_fadvise_dontneed")],
  ["noscrub", flagVar("noscrub")],
  ["nodeep-scrub", flagVar("nodeep-scrub")],
  ["hit_set_type", tierVar(() => "none")],
  ["hit_set_period", tierVar((pool) => pool.hitSetPeriod)],
  ["hit_set_count", tierVar((pool) => pool.hitSetCount)],
  ["hit_set_fpp", tierVar(() => 0)],
  ["use_gmt_hitset", { ...tierVar(() => true), kind: "always", get: ({ pool }) => pool.useGmtHitset }],
  ["target_max_objects", tierVar((pool) => pool.targetMaxObjects)],
  ["target_max_bytes", tierVar((pool) => pool.targetMaxBytes)],
  ["cache_target_dirty_ratio", tierVar((pool) => pool.cacheTargetDirtyRatioMicro / 1e6)],
  ["cache_target_dirty_high_ratio", tierVar((pool) => pool.cacheTargetDirtyHighRatioMicro / 1e6)],
  ["cache_target_full_ratio", tierVar((pool) => pool.cacheTargetFullRatioMicro / 1e6)],
  ["cache_min_flush_age", tierVar((pool) => pool.cacheMinFlushAge)],
  ["cache_min_evict_age", tierVar((pool) => pool.cacheMinEvictAge)],
  [
    "erasure_code_profile",
    { kind: "erasure", get: ({ pool }) => isErasure(pool) ? pool.erasureCodeProfile : undefined },
  ],
  ["min_read_recency_for_promote", tierVar((pool) => pool.minReadRecencyForPromote)],
  ["min_write_recency_for_promote", tierVar((pool) => pool.minWriteRecencyForPromote)],
  [
    "fast_read",
    { kind: "always", get: ({ pool }) => pool.fastRead ? 1 : 0, set: setFastRead },
  ],
  ["hit_set_grade_decay_rate", tierVar((pool) => pool.hitSetGradeDecayRate)],
  ["hit_set_search_last_n", tierVar((pool) => pool.hitSetSearchLastN)],
  ["scrub_min_interval", optVar("scrub_min_interval", float)],
  ["scrub_max_interval", optVar("scrub_max_interval", float)],
  ["deep_scrub_interval", optVar("deep_scrub_interval", float)],
  [
    "recovery_priority",
    optVar(
      "recovery_priority",
      (text) => BigInt(within(text, -10, 10, "pool recovery_priority must be between -10 and 10")),
    ),
  ],
  ["recovery_op_priority", optVar("recovery_op_priority", intOpt)],
  ["scrub_priority", optVar("scrub_priority", intOpt)],
  [
    "compression_mode",
    optVar(
      "compression_mode",
      oneOf(["none", "passive", "aggressive", "force", "unset"], "compression mode"),
    ),
  ],
  [
    "compression_algorithm",
    optVar(
      "compression_algorithm",
      oneOf(["snappy", "zlib", "zstd", "lz4", "none", "unset"], "compression_algorithm"),
    ),
  ],
  [
    "compression_required_ratio",
    optVar(
      "compression_required_ratio",
      (text) => within(text, 0, 1, `compression_required_ratio is out of range (0-1): '${text}'`),
    ),
  ],
  ["compression_max_blob_size", optVar("compression_max_blob_size", sizeOpt)],
  ["compression_min_blob_size", optVar("compression_min_blob_size", sizeOpt)],
  [
    "csum_type",
    optVar("csum_type", (text) => {
      if (text === "unset") return 0n;
      const type = CSUM_TYPES.lastIndexOf(text);
      if (type < 0) throw fail("inval", `unrecognized csum_type '${text}'`);
      return BigInt(type);
    }),
  ],
  ["csum_max_block", optVar("csum_max_block", sizeOpt)],
  ["csum_min_block", optVar("csum_min_block", sizeOpt)],
  [
    "fingerprint_algorithm",
    optVar("fingerprint_algorithm", oneOf(["sha1", "sha256", "sha512"], "fingerprint_algorithm")),
  ],
  [
    "pg_autoscale_mode",
    { kind: "always", get: ({ pool }) => modeName(pool.pgAutoscaleMode), set: setAutoscale },
  ],
  ["pg_num_min", pgNumLimit("pg_num_min")],
  ["pg_num_max", pgNumLimit("pg_num_max")],
  ["target_size_bytes", optVar("target_size_bytes", sizeOpt)],
  ["target_size_ratio", optVar("target_size_ratio", float)],
  [
    "pg_autoscale_bias",
    optVar(
      "pg_autoscale_bias",
      (text) => within(text, 0, 1000, "pg_autoscale_bias must be between 0 and 1000"),
    ),
  ],
  ["dedup_tier", optVar("dedup_tier", intOpt)],
  ["dedup_chunk_algorithm", optVar("dedup_chunk_algorithm", (text) => text)],
  ["dedup_cdc_chunk_size", optVar("dedup_cdc_chunk_size", intOpt)],
  ["bulk", flagVar("bulk")],
]);
