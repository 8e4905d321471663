/** Which daemon a peer may speak for: its ticket decides, not what its messages say. */

import { type DaemonKey, formatDaemonKey } from "../state/daemon_state.ts";
import { isCephType } from "../state/service_map_state.ts";
import { type EntityName, EntityType, entityTypeName, formatEntityName } from "../types/entity_name.ts";

/** Characters of a service's or a daemon's name: they become keys of maps that all managers and monitors keep. */
export const MAX_NAME_CHARS = 256;

/** A message speaks for somebody else than its sender. */
export class ForgedClaimError extends Error {
  override readonly name = "ForgedClaimError";

  constructor(entity: EntityName, claim: DaemonKey) {
    super(`Cannot take a message of ${formatEntityName(entity)} for one of ${formatDaemonKey(claim)}`);
  }
}

/** The key of Ceph's messages: the service, or else the kind of the peer. Upstream: key_from_service in mgr/DaemonServer.cc */
export function claimedKey(entity: EntityName, serviceName: string, daemonName: string): DaemonKey {
  return { type: serviceName === "" ? entityTypeName(entity.type) : serviceName, name: daemonName };
}

/**
 * Checks a claim and answers with its key. Monitors share one entity and are told apart by the name they give; OSDs,
 * MDSs and managers must be who they say; clients may register services that are not called as Ceph's own
 * daemons. Throws ForgedClaimError.
 */
export function checkClaim(entity: EntityName, serviceName: string, daemonName: string): DaemonKey {
  const key = claimedKey(entity, serviceName, daemonName);
  if (!isAllowed(entity, key, serviceName) || isTooLong(key)) throw new ForgedClaimError(entity, key);
  return key;
}

function isAllowed({ type, id }: EntityName, key: DaemonKey, serviceName: string): boolean {
  if (type === EntityType.client) return serviceName === "" || !isCephType(serviceName);
  if (key.type !== entityTypeName(type)) return false;
  return type === EntityType.mon || key.name === id;
}

function isTooLong({ type, name }: DaemonKey): boolean {
  return type.length > MAX_NAME_CHARS || name.length > MAX_NAME_CHARS;
}
