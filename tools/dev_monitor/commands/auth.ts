/** Keys and caps. Upstream: mon/AuthMonitor.cc */

import { CryptoKey, KeyType } from "../../../mgr/auth/crypto_key.ts";
import type { EntityAuth } from "../../../mgr/auth/entity_auth.ts";
import { Keyring } from "../../../mgr/auth/keyring.ts";
import { randomBytes } from "../../../mgr/auth/seal.ts";
import { EntityType, parseEntityName } from "../../../mgr/types/entity_name.ts";
import { utimeOfMs } from "../../../mgr/types/utime.ts";
import { checkCaps } from "../caps/check_caps.ts";
import type { CephJson } from "../format/ceph_json.ts";
import type { Change } from "../state/committed.ts";
import { sorted } from "../state/part.ts";
import { fail } from "./args.ts";
import { importKeyring } from "./auth_import.ts";
import { type Answer, type Call, rows, show } from "./command.ts";

type Entities = ReadonlyMap<string, EntityAuth>;

/** By type, then by id, as upstream's map of names has them. */
export function inOrder(entities: Entities): [string, EntityAuth][] {
  const key = (name: string): [number, string] => {
    const { type, id } = parseEntityName(name) ?? { type: EntityType.any, id: name };
    return [type, id];
  };
  return [...entities].map((entry) => ({ entry, key: key(entry[0]) }))
    .sort(({ key: [a, x] }, { key: [b, y] }) => a - b || (x < y ? -1 : x > y ? 1 : 0))
    .map(({ entry }) => entry);
}

const entitiesOf = ({ monitor }: Call): Entities => monitor.state.auth.entities;

/** The name that the command is about, if it is one. */
function nameOf({ args }: Call): string {
  const name = args.string("entity");
  const parsed = parseEntityName(name);
  if (!parsed || parsed.type === EntityType.any) throw fail("inval", "bad entity name");
  return name;
}

/** A section of a keyring file. Upstream: KeyRing::print */
export function keyringText(name: string, auth: EntityAuth, withCaps = true): string {
  const caps = withCaps
    ? [...sorted(auth.caps)].map(([service, cap]) => `\tcaps ${service} = "${cap}"\n`)
    : [];
  return `[${name}]\n\tkey = ${auth.key.toBase64()}\n${caps.join("")}`;
}

function entityJson(name: string, auth: EntityAuth): CephJson {
  return { entity: name, key: auth.key.toBase64(), caps: sorted(auth.caps) };
}

function exportKeyring(call: Call): Answer {
  const name = call.args.optionalString("entity");
  if (name === undefined) {
    return {
      out: inOrder(entitiesOf(call)).map(([n, auth]) => keyringText(n, auth)).join(""),
      err: "exported master keyring",
    };
  }
  const auth = entitiesOf(call).get(name);
  if (!auth) throw fail("noent", "no key for auth(key=AAAAAAAAAAAAAAAA)");
  const out = show(call, [entityJson(name, auth)], keyringText(name, auth));
  return { ...out, err: `export auth(key=${auth.key.toBase64()})` };
}

function get(call: Call): Answer {
  const name = nameOf(call);
  const auth = entitiesOf(call).get(name);
  if (!auth) throw fail("noent", `failed to find ${name} in keyring`);
  return {
    ...show(call, [entityJson(name, auth)], keyringText(name, auth)),
    err: `exported keyring for ${name}`,
  };
}

function getKey(call: Call): Answer {
  const name = nameOf(call);
  const key = entitiesOf(call).get(name)?.key.toBase64();
  if (key === undefined) throw fail("noent", `don't have ${name}`);
  return show(call, { key }, key);
}

function list(call: Call): Answer {
  const all = inOrder(entitiesOf(call));
  if (call.format !== "plain") {
    return show(call, { auth_dump: all.map(([name, auth]) => entityJson(name, auth)) });
  }
  const text = all.map(([name, auth]) => {
    const caps = [...sorted(auth.caps)].map(([service, cap]) => `\tcaps: [${service}] ${cap}\n`);
    return `${name}\n\tkey: ${auth.key.toBase64()}\n${caps.join("")}`;
  });
  return { out: text.join(""), err: "installed auth entries:\n" };
}

/** Pairs of service and cap, checked. */
function capsOf(call: Call): ReadonlyMap<string, string> {
  const words = call.args.strings("caps");
  if (words.length % 2 !== 0) throw fail("inval", "bad capabilities request; odd number of arguments");
  const caps = new Map<string, string>();
  for (let i = 0; i < words.length; i += 2) {
    const [service, cap] = [words[i]!, words[i + 1]!];
    const problem = checkCaps(service, cap);
    if (problem !== undefined) throw fail("inval", problem);
    caps.set(service, cap);
  }
  return sorted(caps);
}

function firstMismatch(
  wanted: ReadonlyMap<string, string>,
  has: ReadonlyMap<string, string>,
): string | undefined {
  return [...wanted].find(([service, cap]) => has.get(service) !== cap)?.[0];
}

function newKey({ monitor }: Call): CryptoKey {
  return CryptoKey.generate(KeyType.aes, randomBytes, utimeOfMs(monitor.clock.wall()));
}

const store = (name: string, auth: EntityAuth | undefined): Change => ({
  auth: { entities: new Map([[name, auth]]) },
});

/** A key that comes with the input, as a keyring. */
function inputKey({ input }: Call, name: string): CryptoKey | undefined {
  if (input.length === 0) return undefined;
  try {
    return Keyring.parse(new TextDecoder().decode(input), "input").get(name);
  } catch {
    throw fail("inval", "error decoding keyring");
  }
}

function add(call: Call): Answer {
  const name = nameOf(call);
  const caps = capsOf(call);
  const given = inputKey(call, name);
  const known = entitiesOf(call).get(name);
  if (known) {
    if (given && given.toBase64() !== known.key.toBase64()) {
      throw fail("inval", `entity ${name} exists but key does not match`);
    }
    const other = firstMismatch(caps, known.caps);
    if (other !== undefined) throw fail("inval", `entity ${name} exists but cap ${other} does not match`);
    return {};
  }
  return { err: `added key for ${name}`, change: store(name, { key: given ?? newKey(call), caps }) };
}

/** The entity as it is or is made, and the change that makes it. */
function getOrCreate(call: Call): { name: string; auth: EntityAuth; change?: Change } {
  const name = nameOf(call);
  const caps = capsOf(call);
  const known = entitiesOf(call).get(name);
  if (known) {
    const other = firstMismatch(caps, known.caps);
    if (other !== undefined) throw fail("inval", `key for ${name} exists but cap ${other} does not match`);
    return { name, auth: known };
  }
  const auth = { key: inputKey(call, name) ?? newKey(call), caps };
  return { name, auth, change: store(name, auth) };
}

function getOrCreateKeyring(call: Call): Answer {
  const { name, auth, change } = getOrCreate(call);
  return { ...show(call, [entityJson(name, auth)], keyringText(name, auth, false)), change };
}

function getOrCreateKey(call: Call): Answer {
  const { auth, change } = getOrCreate(call);
  const key = auth.key.toBase64();
  return { ...show(call, { key }, `${key}\n`), change };
}

function setCaps(call: Call): Answer {
  const name = nameOf(call);
  const caps = capsOf(call);
  const known = entitiesOf(call).get(name);
  if (!known) throw fail("noent", `couldn't find entry ${name}`);
  return { err: `updated caps for ${name}`, change: store(name, { key: known.key, caps }) };
}

function remove(call: Call): Answer {
  const name = nameOf(call);
  if (!entitiesOf(call).has(name)) return { err: `entity ${name} does not exist` };
  return { err: "updated", change: store(name, undefined) };
}

const CAPS = "name=caps,type=CephString,n=N";

/** In the order of upstream's table. */
export const AUTH_COMMANDS = rows("auth", [
  [
    "auth export name=entity,type=CephString,req=false",
    "rx",
    "write keyring for requested entity, or master keyring if none given",
    exportKeyring,
  ],
  ["auth get name=entity,type=CephString", "rx", "write keyring file with requested key", get],
  ["auth get-key name=entity,type=CephString", "rx", "display requested key", getKey],
  ["auth print-key name=entity,type=CephString", "rx", "display requested key", getKey],
  ["auth print_key name=entity,type=CephString", "rx", "display requested key", getKey],
  ["auth list", "rx", "list authentication state", list, 4],
  ["auth ls", "rx", "list authentication state", list],
  ["auth import", "rwx", "auth import: read keyring file from -i <file>", importKeyring],
  [
    `auth add name=entity,type=CephString ${CAPS},req=false`,
    "rwx",
    "add auth info for <entity> from input file, or random key if no input is given, and/or any caps specified in the command",
    add,
  ],
  [
    `auth get-or-create-key name=entity,type=CephString ${CAPS},req=false`,
    "rwx",
    "get, or add, key for <name> from system/caps pairs specified in the command.  If key already exists, any given caps must match the existing caps for that key.",
    getOrCreateKey,
  ],
  [
    `auth get-or-create name=entity,type=CephString ${CAPS},req=false`,
    "rwx",
    "add auth info for <entity> from input file, or random key if no input given, and/or any caps specified in the command",
    getOrCreateKeyring,
  ],
  [
    `auth caps name=entity,type=CephString ${CAPS}`,
    "rwx",
    "update caps for <name> from caps specified in the command",
    setCaps,
  ],
  ["auth del name=entity,type=CephString", "rwx", "delete all caps for <name>", remove, 4],
  ["auth rm name=entity,type=CephString", "rwx", "remove all caps for <name>", remove],
]);
