/** Who the OSDs refuse: the blocklist of an OSDMap. */

import type { EntityAddr } from "./entity_addr.ts";
import type { OsdMap } from "./osd_map.ts";

/**
 * Whether an address is refused: by itself, or with all of its host (port and nonce 0). The type of an address does not
 * count. Upstream: OSDMap::is_blocklisted; entries for whole networks are those of administrators and not looked at.
 */
export function isBlocklisted(map: Pick<OsdMap, "blocklist">, own: EntityAddr): boolean {
  return map.blocklist.some(({ addr: { ip, port, nonce } }) =>
    ip === own.ip && ((port === own.port && nonce === own.nonce) || (port === 0 && nonce === 0))
  );
}
