/** The key-value store. Upstream: KVMonitor, ConfigKeyService */

import type { CephJson } from "../format/ceph_json.ts";
import { sorted } from "../state/part.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show, showLine } from "./command.ts";

/** mon_config_key_max_entry_size */
const MAX_VALUE = 65_536;

function get({ args, monitor }: Call): Answer {
  const value = monitor.state.kv.values.get(args.string("key"));
  if (value === undefined) throw fail("noent", "");
  return { out: value };
}

function set({ args, input }: Call): Answer {
  const key = args.string("key");
  const text = args.optionalString("val");
  const value = text === undefined ? input : new TextEncoder().encode(text);
  if (value.length > MAX_VALUE) {
    throw fail(
      "fbig",
      `error: entry size limited to ${MAX_VALUE} bytes. Use 'mon config key max entry size' to manually adjust`,
    );
  }
  return { err: `set ${key}`, change: { kv: new Map([[key, value.slice()]]) } };
}

/** A key that is not there is deleted all the same. */
function remove({ args }: Call): Answer {
  return { err: "key deleted", change: { kv: new Map([[args.string("key"), undefined]]) } };
}

function exists({ args, monitor }: Call): Answer {
  const key = args.string("key");
  if (!monitor.state.kv.values.has(key)) throw fail("noent", `key '${key}' doesn't exist`);
  return { err: `key '${key}' exists` };
}

function list(call: Call): Answer {
  return listing(call, [...call.monitor.state.kv.values.keys()].sort());
}

/** Upstream: a value that is not printable shows its size. */
function shown(value: Uint8Array): string {
  const text = new TextDecoder("utf-8", { fatal: false }).decode(value);
  // deno-lint-ignore no-control-regex -- control characters are what makes a value binary
  const binary = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]/.test(text);
  return binary ? `<<< binary blob of length ${value.length} >>>` : text;
}

function dump(call: Call): Answer {
  const prefix = call.args.optionalString("key") ?? "";
  const found = sorted([...call.monitor.state.kv.values].filter(([key]) => key.startsWith(prefix)));
  return listing(call, new Map([...found].map(([key, value]) => [key, shown(value)])));
}

const listing = (call: Call, json: CephJson): Answer =>
  call.format === "json" ? showLine(call, json) : show(call, json);

/** In the order of upstream's table. */
export const CONFIG_KEY_COMMANDS = rows("config-key", [
  ["config-key get name=key,type=CephString", "r", "get <key>", get],
  [
    "config-key set name=key,type=CephString name=val,type=CephString,req=false",
    "rw",
    "set <key> to value <val>",
    set,
  ],
  [
    "config-key put name=key,type=CephString name=val,type=CephString,req=false",
    "rw",
    "put <key>, value <val>",
    set,
    4,
  ],
  ["config-key del name=key,type=CephString", "rw", "delete <key>", remove, 4],
  ["config-key rm name=key,type=CephString", "rw", "rm <key>", remove],
  ["config-key exists name=key,type=CephString", "r", "check for <key>'s existence", exists],
  ["config-key list", "r", "list keys", list, 4],
  ["config-key ls", "r", "list keys", list],
  [
    "config-key dump name=key,type=CephString,req=false",
    "r",
    "dump keys and values (with optional prefix)",
    dump,
  ],
]);
