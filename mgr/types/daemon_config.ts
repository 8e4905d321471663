/** A daemon's options as it reports them: the config_bl and config_defaults_bl of MMgrOpen and MMgrReport. */

import type { Codec } from "../encoding/mod.ts";

/** Where a value comes from; the highest level wins. Upstream: CONF_* in common/config.h */
export const ConfigLevel = {
  default: 0,
  mon: 1,
  file: 2,
  env: 3,
  cmdline: 4,
  override: 5,
  final: 6,
} as const;

const LEVEL_NAMES = ["default", "mon", "file", "env", "cmdline", "override", "final"] as const;

/** "override" for 5. */
export function configLevelName(level: number): string {
  return LEVEL_NAMES[level] ?? "???";
}

/** Upstream: ConfigProxy::get_config_bl, common/config.cc */
export interface DaemonConfig {
  /** Options that differ from their defaults: value by level, levels ascending. */
  readonly values: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** What the monitors set and the daemon could not apply. */
  readonly ignoredMonConfig: ReadonlyMap<string, string>;
}

/** Two maps without a header; an empty blob, "nothing new", is not one. */
export const DaemonConfig: Codec<DaemonConfig> = {
  decode: (d) =>
    d.struct("config_bl", (d) => ({
      values: d.map((d) => d.string(), (d) => d.map((d) => d.i32(), (d) => d.string())),
      ignoredMonConfig: d.stringMap(),
    })),
  encode(e, c) {
    e.map(c.values, (e, name) => e.string(name), (e, levels) => {
      e.map(levels, (e, level) => e.i32(level), (e, value) => e.string(value));
    });
    e.stringMap(c.ignoredMonConfig);
  },
};

/** Compiled default by option: some 1,800 of them, so callers keep the bytes and decode on demand. */
export type ConfigDefaults = ReadonlyMap<string, string>;

/** One map without a header. */
export const ConfigDefaults: Codec<ConfigDefaults> = {
  decode: (d) => d.struct("config_defaults_bl", (d) => d.stringMap()),
  encode: (e, c) => void e.stringMap(c),
};
