/** Options of a simulated OSD: the defaults of Ceph, what the monitors say, and what `tell config set` overrides. */

import { optionRow, optionRows } from "../../mgr/config/option_table.ts";
import { encodeAll } from "../../mgr/encoding/mod.ts";
import { ConfigDefaults, ConfigLevel, DaemonConfig } from "../../mgr/types/daemon_config.ts";
import { BLANK_MGR_MAP } from "../../mgr/types/mgr_map.ts";
import { optionInfo } from "../dev_monitor/config/option_info.ts";
import { defaultText, normalizeOption, OptionTextError } from "../dev_monitor/config/option_text.ts";

/** The same 66 kB for all. */
let defaults: Uint8Array | undefined;

/** Defaults of all options, as MMgrOpen carries them. */
export function configDefaults(): Uint8Array {
  return defaults ??= encodeAll(
    ConfigDefaults.encode,
    new Map([...optionRows()].map(([name, [, text]]): [string, string] => [name, text])),
  );
}

/** Options by name. */
export class OsdConfig {
  #fromMonitors: ReadonlyMap<string, string> = new Map();
  readonly #overrides = new Map<string, string>();

  /** What the monitors say replaces what they said before. */
  monitors(values: ReadonlyMap<string, string>): void {
    this.#fromMonitors = values;
  }

  /** Undefined for an option that Ceph does not have. */
  get(name: string): string | undefined {
    const set = this.#overrides.get(name) ?? this.#fromMonitors.get(name);
    if (set !== undefined) return set;
    const info = optionInfo(BLANK_MGR_MAP, name);
    return info && defaultText(info);
  }

  /** Overrides; throws OptionTextError for a value that is none. False for an unknown option. */
  set(name: string, text: string): boolean {
    const info = optionInfo(BLANK_MGR_MAP, name);
    if (info === undefined) return false;
    this.#overrides.set(name, normalizeOption(info, text));
    return true;
  }

  unset(name: string): void {
    this.#overrides.delete(name);
  }

  /** All options with their values. */
  all(): Record<string, string> {
    return Object.fromEntries([...optionRows().keys()].map((name) => [name, this.get(name) ?? ""]));
  }

  /** Those that are not at their defaults. */
  diff(): Record<string, Record<string, string>> {
    const names = new Set([...this.#fromMonitors.keys(), ...this.#overrides.keys()]);
    return Object.fromEntries(
      [...names].sort().map((name) => [name, {
        default: optionRow(name)?.[1] ?? "",
        ...this.#level("mon", this.#fromMonitors.get(name)),
        ...this.#level("override", this.#overrides.get(name)),
        final: this.get(name) ?? "",
      }]),
    );
  }

  /** As MMgrOpen and MMgrReport carry it. */
  encode(): Uint8Array {
    const values = new Map<string, Map<number, string>>();
    const names = new Set([...this.#fromMonitors.keys(), ...this.#overrides.keys()]);
    for (const name of [...names].sort()) {
      const levels = new Map<number, string>([[ConfigLevel.default, optionRow(name)?.[1] ?? ""]]);
      const mon = this.#fromMonitors.get(name);
      const override = this.#overrides.get(name);
      if (mon !== undefined) levels.set(ConfigLevel.mon, mon);
      if (override !== undefined) levels.set(ConfigLevel.override, override);
      values.set(name, levels);
    }
    return encodeAll(DaemonConfig.encode, { values, ignoredMonConfig: new Map() });
  }

  #level(name: string, value: string | undefined): Record<string, string> {
    return value === undefined ? {} : { [name]: value };
  }
}

export { OptionTextError };
