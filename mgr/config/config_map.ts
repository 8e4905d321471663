/** The options that are set, with the sections and masks that say for whom. Upstream: mon/ConfigMap.cc */

import { entityTypeOf } from "../types/entity_name.ts";

/** Whom an option is for, beside its section. */
export interface ConfigMask {
  /** `host`, `rack`, .. and the name of the bucket. */
  readonly location?: readonly [type: string, value: string];
  readonly deviceClass?: string;
}

/** One value. */
export interface ConfigEntry {
  /** `global`, `mgr`, `mgr.x` */
  readonly section: string;
  readonly mask: ConfigMask;
  readonly name: string;
  readonly value: string;
}

/** Where the values are in the key-value store. */
export const CONFIG_PREFIX = "config/";

/** Order in which sections are listed. Upstream: ConfigMonitor::preprocess_command, "config dump" */
const TYPES = ["mon", "mgr", "osd", "mds", "client"] as const;

/** Reads `osd/host:a/class:ssd`; undefined for what is no target. */
export function parseWho(who: string): { section: string; mask: ConfigMask } | undefined {
  let section = "global";
  let mask: ConfigMask = {};
  for (const piece of who.split("/")) {
    const colon = piece.indexOf(":");
    if (colon >= 0) mask = withMask(mask, piece.slice(0, colon), piece.slice(colon + 1));
    else if (piece === "global") section = piece;
    else {
      const type = entityTypeOf(piece.split(".")[0]!);
      if (type === undefined || piece.startsWith("any")) return undefined;
      section = piece;
    }
  }
  return { section, mask };
}

function withMask(mask: ConfigMask, key: string, value: string): ConfigMask {
  return key === "class" ? { ...mask, deviceClass: value } : { ...mask, location: [key, value] };
}

/** `host:a` or `class:ssd`, as keys and tables have it. */
export function maskText({ location, deviceClass }: ConfigMask): string {
  const parts = [
    ...(location ? [`${location[0]}:${location[1]}`] : []),
    ...(deviceClass === undefined ? [] : [`class:${deviceClass}`]),
  ];
  return parts.join("/");
}

/** `config/osd/class:ssd/osd_max_backfills` */
export function configKey(section: string, mask: ConfigMask, name: string): string {
  const text = maskText(mask);
  return `${CONFIG_PREFIX}${section}/${text === "" ? "" : `${text}/`}${name}`;
}

/** All values, in the order of `config dump`. Keys that name no target are left out. */
export function parseConfig(values: ReadonlyMap<string, Uint8Array>): ConfigEntry[] {
  const entries = [...values].filter(([key]) => key.startsWith(CONFIG_PREFIX))
    .map(([key, value]) => entry(key.slice(CONFIG_PREFIX.length), new TextDecoder().decode(value)))
    .filter((e) => e !== undefined);
  return entries.sort((a, b) => compare(sortKey(a), sortKey(b)));
}

function entry(key: string, value: string): ConfigEntry | undefined {
  const { who, name } = splitKey(key);
  const target = parseWho(who);
  return target && { ...target, name, value };
}

/** Names of module options have slashes of their own. Upstream: ConfigMonitor::load_config */
export function splitKey(key: string): { who: string; name: string } {
  const module = key.indexOf("/mgr/");
  const cut = module >= 0 ? module : key.lastIndexOf("/");
  return cut < 0 ? { who: "", name: key } : { who: key.slice(0, cut), name: key.slice(cut + 1) };
}

/** Global first, then each type and its daemons; in a section by name, those with a mask first. */
function sortKey({ section, mask, name }: ConfigEntry): string[] {
  const type = section.split(".")[0]!;
  const rank = section === "global" ? -1 : (TYPES as readonly string[]).indexOf(type);
  return [String(rank + 1), section, name, maskText(mask) === "" ? "1" : `0${maskText(mask)}`];
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  }
  return 0;
}
