/** Takes over the options of a ceph.conf, and answers with what stays in the file. Upstream: ConfigMonitor, "config assimilate-conf" */

import { type CephConf, ConfError, parseCephConf } from "../../../mgr/config/ceph_conf.ts";
import { configKey, parseWho } from "../../../mgr/config/config_map.ts";
import { type OptionInfo, optionInfo } from "../config/option_info.ts";
import { normalizeOption, OptionTextError } from "../config/option_text.ts";
import { fail } from "./args.ts";
import type { Call } from "./command.ts";

/** What becomes of a file. */
export interface Assimilated {
  /** Values to store, by key. */
  readonly values: ReadonlyMap<string, string>;
  /** The smaller file. */
  readonly rest: string;
}

/** Throws a CommandError for a file that is no ceph.conf. */
export function assimilate({ monitor, input }: Call): Assimilated {
  const { state } = monitor;
  const values = new Map<string, string>();
  let rest = "";
  for (const [section, options] of inOrder(parse(input).sections)) {
    const left = inOrder(options).filter(([name, text]) => {
      const info = optionInfo(state.mgr.map, name);
      const taken = info && take(section, info, text, state.kv.values);
      if (taken) values.set(...taken);
      return !taken;
    });
    if (left.length === 0) continue;
    rest += `\n[${section}]\n${left.map(([name, text]) => `\t${name} = ${text}\n`).join("")}`;
  }
  return { values, rest };
}

/** Key and value; undefined when the option cannot be stored, or is set to something else already. */
function take(
  section: string,
  info: OptionInfo,
  text: string,
  stored: ReadonlyMap<string, Uint8Array>,
): [key: string, value: string] | undefined {
  const target = parseWho(section);
  const value = info.special ? undefined : normalized(info, text);
  if (target === undefined || value === undefined) return undefined;
  const key = configKey(target.section, target.mask, info.name);
  const existing = stored.get(key);
  return existing === undefined || new TextDecoder().decode(existing) === value ? [key, value] : undefined;
}

function normalized(info: OptionInfo, text: string): string | undefined {
  try {
    return normalizeOption(info, text);
  } catch (e) {
    if (e instanceof OptionTextError) return undefined;
    throw e;
  }
}

/** The text of the error is our parser's. */
function parse(input: Uint8Array): CephConf {
  try {
    return parseCephConf(new TextDecoder().decode(input), "input");
  } catch (e) {
    if (e instanceof ConfError) throw fail("inval", e.message);
    throw e;
  }
}

const inOrder = <V>(map: ReadonlyMap<string, V>): [string, V][] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));
