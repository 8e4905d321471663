/** Options of Ceph, and devices. */

/** `get("config_options")`: every option that there is. */
export type ConfigOptionsData = { readonly options: readonly ConfigOptionData[] };

/** An option. Its defaults and limits are numbers or booleans where its type has them, else texts; "" is none. */
export type ConfigOptionData = {
  readonly name: string;
  /** "str", "int", "uint", "float", "bool", "size", "secs", "millisecs", "addr", "addrvec", "uuid" */
  readonly type: string;
  /** "basic", "advanced", "dev" */
  readonly level: string;
  readonly desc: string;
  readonly long_desc: string;
  readonly default: string | number | boolean;
  /** Where daemons have another default than clients. */
  readonly daemon_default: string | number | boolean;
  readonly tags: readonly string[];
  readonly services: readonly string[];
  readonly see_also: readonly string[];
  /** Of texts. */
  readonly enum_values?: readonly string[];
  readonly min: string | number | boolean;
  readonly max: string | number | boolean;
  readonly can_update_at_runtime: boolean;
  readonly flags: readonly string[];
};

/** A device that daemons use, or that the monitors keep something about. */
export type DeviceData = {
  readonly devid: string;
  readonly location: readonly { readonly host: string; readonly dev: string; readonly path: string }[];
  readonly daemons: readonly string[];
  /** 0 .. 1; missing while it is not known. */
  readonly wear_level?: number;
  readonly life_expectancy_min?: string;
  readonly life_expectancy_max?: string;
  readonly life_expectancy_stamp?: string;
};
