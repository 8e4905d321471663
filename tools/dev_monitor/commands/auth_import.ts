/** Takes all entities of a keyring. Upstream: AuthMonitor, "auth import" */

import { CryptoKey } from "../../../mgr/auth/crypto_key.ts";
import type { EntityAuth } from "../../../mgr/auth/entity_auth.ts";
import { parseCephConf } from "../../../mgr/config/ceph_conf.ts";
import { Errno, fail } from "./args.ts";
import type { Answer, Call } from "./command.ts";

const CAPS = "caps_";

/** Entities up to the first without caps are taken, as upstream takes them; caps are not looked at. */
export function importKeyring({ input }: Call): Answer {
  if (input.length === 0) throw fail("inval", "auth import: no data supplied");
  const entities = new Map<string, EntityAuth>();
  for (const [name, auth] of parse(input)) {
    if (auth.caps.size === 0) {
      const change = entities.size === 0 ? undefined : { auth: { entities } };
      return { code: Errno.inval, err: "auth import: no caps supplied", change };
    }
    entities.set(name, auth);
  }
  return { err: "imported keyring", change: { auth: { entities } } };
}

function parse(input: Uint8Array): [string, EntityAuth][] {
  try {
    const { sections } = parseCephConf(new TextDecoder().decode(input), "input");
    return [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, values]) => [name, authOf(values)]);
  } catch {
    throw fail("inval", "error decoding keyring cannot parse buffer: Malformed input");
  }
}

function authOf(values: ReadonlyMap<string, string>): EntityAuth {
  const caps = [...values].filter(([name]) => name.startsWith(CAPS))
    .map(([name, cap]): [string, string] => [name.slice(CAPS.length), cap]);
  return { key: CryptoKey.fromBase64(values.get("key") ?? ""), caps: new Map(caps) };
}
