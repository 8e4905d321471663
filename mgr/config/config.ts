/** The daemon's options in layers; values are typed, expanded and may change while it runs. */

import { type CephConf, confValue, EMPTY_CONF } from "./ceph_conf.ts";
import { formatOption, type OptionValue, parseOption } from "../types/option_value.ts";
import { rbdFeatureMask } from "./rbd_features.ts";
import { findOption, type OptionName, optionNames, type OptionSpec, type OptionValueOf } from "./options.ts";

/** Where a value comes from, weakest first; the index is the level on the wire. Upstream: CONF_* in common/config.h */
export const LEVELS = ["default", "mon", "file", "env", "cmdline", "override"] as const;

/** A layer of values. */
export type Level = (typeof LEVELS)[number];

/** Who the daemon is: what `$name` and its like stand for. */
export interface Identity {
  readonly type: string;
  readonly id: string;
  readonly cluster: string;
  readonly host: string;
  readonly pid: number;
  readonly home: string;
}

/** The option that may hold our own key; whoever needs it asks for its text by name. */
const SECRET = "key";

/** What is known when the daemon starts. Option names are spelt with `_`. */
export interface ConfigInit extends Identity {
  readonly file?: CephConf;
  /** Options of CEPH_ARGS and the environment. */
  readonly env?: ReadonlyMap<string, string>;
  readonly cmdline?: ReadonlyMap<string, string>;
  /** Defaults other than those of the table (`--default-NAME`). */
  readonly defaults?: ReadonlyMap<string, string>;
}

/** Is given the names whose effective value changed, sorted. */
export type ConfigListener = (changed: readonly string[]) => void;

/** All layers. Reads are synchronous; only the `mon` and `override` layers change after the start. */
export class Config {
  readonly identity: Identity;
  /** One line for each value that could not be used; the layer below it counts. Never empty of a reason. */
  readonly problems: string[] = [];
  readonly #layers: ReadonlyMap<Level, Map<string, string>>;
  readonly #listeners = new Set<ConfigListener>();
  readonly #values = new Map<string, OptionValue>();
  #ignoredMon: ReadonlyMap<string, string> = new Map();
  #version = 1;

  constructor(init: ConfigInit) {
    this.identity = init;
    this.#layers = new Map(LEVELS.map((level) => [level, new Map<string, string>()]));
    const file = fileValues(init.file ?? EMPTY_CONF, init);
    const given = { default: init.defaults, file, env: init.env, cmdline: init.cmdline };
    for (const [level, values] of Object.entries(given)) {
      for (const [name, text] of values ?? []) this.#put(level as Level, name, text);
    }
  }

  /** The value of an option that the manager uses: seconds, bytes, numbers, booleans or expanded text. */
  get<N extends OptionName>(name: N): OptionValueOf<N> {
    let value = this.#values.get(name);
    if (value === undefined) {
      value = parseOption(specOf(name).type, this.text(name));
      this.#values.set(name, value);
    }
    return value as OptionValueOf<N>;
  }

  /** The effective text of any option of Ceph, expanded. Throws an Error for a name that is no option. */
  text(name: string): string {
    return this.expand(this.raw(name), [name]);
  }

  /** The effective text as written. Throws an Error for a name that is no option. */
  raw(name: string): string {
    const spec = specOf(name);
    for (let i = LEVELS.length - 1; i >= 0; i--) {
      const text = this.#layers.get(LEVELS[i]!)!.get(name);
      if (text !== undefined) return text;
    }
    return spec.default;
  }

  /** The value of any option in its type, as modules see it: never a key. Undefined for a name that is no option. */
  any(name: string): OptionValue | undefined {
    const spec = findOption(name);
    if (spec === undefined) return undefined;
    if (name === SECRET) return "";
    const value = parseOption(spec.type, this.text(name));
    return name === "rbd_default_features" ? rbdFeatureMask(String(value)) : value;
  }

  /** The value as Ceph prints it. Throws an Error for a name that is no option. */
  shown(name: string): string {
    return formatOption(specOf(name).type, this.any(name)!);
  }

  /** Another number whenever some value is another one. */
  get version(): number {
    return this.#version;
  }

  /** The highest layer that has the option. */
  source(name: string): Level {
    return LEVELS.findLast((level) => this.#layers.get(level)!.has(name)) ?? "default";
  }

  /** Every option with its effective raw text. */
  all(): Map<string, string> {
    return new Map(optionNames().map((name) => [name, this.raw(name)]));
  }

  /** Options that some layer sets: name -> level number -> raw text, the default included; what reports carry. */
  modified(): Map<string, Map<number, string>> {
    const result = new Map<string, Map<number, string>>();
    for (const [index, level] of LEVELS.entries()) {
      for (const [name, text] of this.#layers.get(level)!) {
        if (name === "fsid" || name === "host") continue;
        const levels = result.get(name) ?? new Map<number, string>([[0, specOf(name).default]]);
        result.set(name, levels.set(index, text));
      }
    }
    return result;
  }

  /** What the monitors set and we could not take: unknown, of the wrong type, or not theirs to set. */
  get ignoredMon(): ReadonlyMap<string, string> {
    return this.#ignoredMon;
  }

  /**
   * Replaces the monitors' layer (MConfig holds the whole of it) and tells the listeners. Names with `/` are options
   * of modules and not kept here. Returns the names whose effective value changed.
   */
  setMon(values: ReadonlyMap<string, string>): readonly string[] {
    const ignored = new Map<string, string>();
    const next = new Map<string, string>();
    for (const [name, text] of values) {
      if (name.includes("/")) continue;
      if (findOption(name)?.noMonUpdate || reasonAgainst(name, text) !== undefined) ignored.set(name, text);
      else next.set(name, text);
    }
    this.#ignoredMon = ignored;
    return this.#replace("mon", next);
  }

  /** Sets one option above all layers (undefined takes it back). Throws an Error that says what is wrong. */
  override(name: string, text: string | undefined): readonly string[] {
    const why = text === undefined ? undefined : reasonAgainst(name, text);
    if (why !== undefined) throw new Error(`Cannot set option ${name}: ${why}`);
    const next = new Map(this.#layers.get("override"));
    if (text === undefined) next.delete(name);
    else next.set(name, text);
    return this.#replace("override", next);
  }

  /** Calls after each change that has an effect; the result ends it. */
  onChange(listener: ConfigListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Replaces `$name` and `${name}` by identity or by other options; what is neither stays as it is. */
  expand(text: string, within: readonly string[] = []): string {
    return text.replaceAll(
      /\$(?:\{([a-z_]*)\}|([a-z_]+)|\{[^}]*$)/g,
      (written, braced?: string, bare?: string) => {
        const name = braced ?? bare ?? "";
        if (name === "") return "$";
        const own = this.#metavariable(name);
        if (own !== undefined) return own;
        const spec = findOption(name);
        if (!spec || spec.type === "bool" || within.includes(name)) return written;
        const value = this.expand(this.raw(name), [...within, name]);
        return spec.type === "str" ? value : String(parseOption(spec.type, value));
      },
    );
  }

  #metavariable(name: string): string | undefined {
    const { type, id, cluster, host, pid, home } = this.identity;
    switch (name) {
      case "type":
        return type;
      case "id":
      case "num":
        return id;
      case "name":
        return `${type}.${id}`;
      case "cluster":
        return cluster;
      case "host":
        return this.raw("host") || host;
      case "pid":
        return String(pid);
      case "home":
        return home;
    }
    return undefined;
  }

  #put(level: Level, name: string, text: string): void {
    if (findOption(name) === undefined) return;
    const why = reasonAgainst(name, text);
    if (why === undefined) this.#layers.get(level)!.set(name, text);
    else this.problems.push(`Cannot use option ${name} (${level}): ${why}`);
  }

  #replace(level: Level, next: ReadonlyMap<string, string>): readonly string[] {
    const layer = this.#layers.get(level)!;
    const names = [...new Set([...layer.keys(), ...next.keys()])];
    const before = new Map(names.map((name) => [name, this.raw(name)]));
    layer.clear();
    for (const [name, text] of next) layer.set(name, text);
    const changed = names.filter((name) => this.raw(name) !== before.get(name)).sort();
    if (changed.length === 0) return changed;
    this.#version++;
    this.#values.clear();
    for (const listener of [...this.#listeners]) listener(changed);
    return changed;
  }
}

/** Sections of ceph.conf that hold for a daemon, the strongest first. */
export function sectionsOf(type: string, id: string): string[] {
  return [`${type}.${id}`, type, "global"];
}

function fileValues(file: CephConf, who: Identity): Map<string, string> {
  const sections = sectionsOf(who.type, who.id);
  const names = new Set(sections.flatMap((section) => [...file.sections.get(section)?.keys() ?? []]));
  return new Map([...names].map((name) => [name, confValue(file, sections, name)!]));
}

function specOf(name: string): OptionSpec {
  const spec = findOption(name);
  if (!spec) throw new Error(`Cannot read option ${name}: there is no such option`);
  return spec;
}

/** Why the text is no value of the option, or undefined. Text with `$` is only known after expansion. */
function reasonAgainst(name: string, text: string): string | undefined {
  const spec = findOption(name);
  if (!spec) return "there is no such option";
  if (text.includes("$") && spec.type !== "bool") return undefined;
  let value: OptionValue;
  try {
    value = parseOption(spec.type, text);
  } catch (error) {
    return (error as Error).message;
  }
  if (spec.values && text !== "" && !spec.values.includes(text)) {
    return `'${text}' is none of ${spec.values.join(", ")}`;
  }
  if (typeof value !== "number") return undefined;
  if (spec.min !== undefined && value < spec.min) return `${value} is below ${spec.min}`;
  if (spec.max !== undefined && value > spec.max) return `${value} is above ${spec.max}`;
  return undefined;
}
