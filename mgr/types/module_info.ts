/** What a manager says of its modules: MgrMap::ModuleInfo and MgrMap::ModuleOption. */

import type { Codec } from "../encoding/mod.ts";

/** Upstream: Option::type_t in common/options.h */
export const OptionType = {
  uint: 0,
  int: 1,
  str: 2,
  float: 3,
  bool: 4,
  addr: 5,
  addrvec: 6,
  uuid: 7,
  size: 8,
  secs: 9,
  millisecs: 10,
} as const;

/** Upstream: Option::level_t in common/options.h */
export const OptionLevel = { basic: 0, advanced: 1, dev: 2, unknown: 3 } as const;

/** Upstream: Option::flag_t in common/options.h */
export const OptionFlag = {
  runtime: 1,
  noMonUpdate: 2,
  startup: 4,
  clusterCreate: 8,
  create: 16,
  /** Set by the monitor. */
  mgr: 32,
  minimalConf: 64,
} as const;

const nameOf = (table: Readonly<Record<string, number>>, value: number): string =>
  Object.entries(table).find(([, n]) => n === value)?.[0] ?? "unknown";

/** "secs" for 9; "unknown" for a type of a later release. */
export function optionTypeName(type: number): string {
  return nameOf(OptionType, type);
}

/** One option of a module; defaults and limits are texts. Upstream: MgrMap::ModuleOption in mon/MgrMap.h */
export interface ModuleOption {
  readonly name: string;
  /** One of OptionType. */
  readonly type: number;
  /** One of OptionLevel. */
  readonly level: number;
  /** Bits of OptionFlag. */
  readonly flags: number;
  readonly defaultValue: string;
  readonly min: string;
  readonly max: string;
  readonly enumAllowed: readonly string[];
  readonly desc: string;
  readonly longDesc: string;
  readonly tags: readonly string[];
  readonly seeAlso: readonly string[];
}

/** v1/1. */
export const ModuleOption: Codec<ModuleOption> = {
  decode: (d) =>
    d.versioned("ModuleOption", 1, (d) => ({
      name: d.string(),
      type: d.u8(),
      level: d.u8(),
      flags: d.u32(),
      defaultValue: d.string(),
      min: d.string(),
      max: d.string(),
      enumAllowed: d.strings(),
      desc: d.string(),
      longDesc: d.string(),
      tags: d.strings(),
      seeAlso: d.strings(),
    })),
  encode: (e, o) =>
    void e.versioned(1, 1, (e) => {
      e.string(o.name).u8(o.type).u8(o.level).u32(o.flags);
      e.string(o.defaultValue).string(o.min).string(o.max).strings(o.enumAllowed);
      e.string(o.desc).string(o.longDesc).strings(o.tags).strings(o.seeAlso);
    }),
};

/** One module. Upstream: MgrMap::ModuleInfo in mon/MgrMap.h */
export interface ModuleInfo {
  readonly name: string;
  readonly canRun: boolean;
  /** Why it cannot run. */
  readonly errorString: string;
  readonly moduleOptions: ReadonlyMap<string, ModuleOption>;
}

/** v2/1. */
export const ModuleInfo: Codec<ModuleInfo> = {
  decode: (d) =>
    d.versioned("ModuleInfo", 2, (d, v) => ({
      name: d.string(),
      canRun: d.bool(),
      errorString: d.string(),
      moduleOptions: v >= 2 ? d.map((d) => d.string(), ModuleOption.decode) : new Map(),
    })),
  encode: (e, m) =>
    void e.versioned(2, 1, (e) => {
      e.string(m.name).bool(m.canRun).string(m.errorString);
      e.map(m.moduleOptions, (e, k) => e.string(k), ModuleOption.encode);
    }),
};

function dumpModuleOption(o: ModuleOption) {
  return {
    name: o.name,
    type: nameOf(OptionType, o.type),
    level: nameOf(OptionLevel, o.level),
    flags: o.flags,
    default_value: o.defaultValue,
    min: o.min,
    max: o.max,
    enum_allowed: o.enumAllowed,
    desc: o.desc,
    long_desc: o.longDesc,
    tags: o.tags,
    see_also: o.seeAlso,
  };
}

/** As inside `ceph mgr dump -f json`. */
export function dumpModuleInfo(m: ModuleInfo) {
  return {
    name: m.name,
    can_run: m.canRun,
    error_string: m.errorString,
    module_options: Object.fromEntries([...m.moduleOptions].map(([k, o]) => [k, dumpModuleOption(o)])),
  };
}
