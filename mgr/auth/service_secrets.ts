/** The secrets of one service as a monitor keeps them: three at a time, of which the middle one seals tickets. */

import { msOfUtime, utimeOfMs } from "../types/utime.ts";
import type { RotatingSecret, RotatingSecrets } from "./cephx_structs.ts";
import { CryptoKey, KeyType } from "./crypto_key.ts";
import type { RandomBytes } from "./seal.ts";

/** Previous, current, next. Upstream: KEY_ROTATE_NUM in auth/Auth.h */
const COMPLETE = 3;

/** No secrets yet: `rotate` makes the first three. */
export const NO_SECRETS: RotatingSecrets = { secrets: new Map(), maxVersion: 0n };

/**
 * The table as it should be at `wallMs`: the same object while the second secret is good, else with new secrets
 * behind and the oldest dropped. Upstream: KeyServerData::add_rotating_secret, KeyServer::_rotate_secret
 */
export function rotate(
  table: RotatingSecrets,
  wallMs: number,
  ttlMs: number,
  random: RandomBytes,
  keyType: number = KeyType.aes,
): RotatingSecrets {
  const secrets = [...table.secrets];
  let version = table.maxVersion;
  while (secrets.length < COMPLETE || msOfUtime(secrets[1]![1].expires) <= wallMs) {
    const newest = secrets.at(-1)?.[1];
    const from = newest === undefined ? wallMs : Math.max(wallMs, msOfUtime(newest.expires));
    const key = CryptoKey.generate(keyType, random, utimeOfMs(wallMs));
    secrets.push([++version, { key, expires: utimeOfMs(from + ttlMs) }]);
    if (secrets.length > COMPLETE) secrets.shift();
  }
  return version === table.maxVersion ? table : { secrets: new Map(secrets), maxVersion: version };
}

/** The secret that seals new tickets: the second one, or the third when that has expired; undefined without any. */
export function sealingSecret(
  table: RotatingSecrets,
  wallMs: number,
): { id: bigint; secret: RotatingSecret } | undefined {
  const [, current, next] = [...table.secrets];
  const chosen = current && next && msOfUtime(current[1].expires) <= wallMs ? next : current;
  return chosen && { id: chosen[0], secret: chosen[1] };
}
