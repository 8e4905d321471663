/** Boots one OSD of the swarm: logs in as osd.N and tells the monitors that it runs. */

import { CephxClient } from "../../mgr/auth/cephx_client.ts";
import type { CryptoKey } from "../../mgr/auth/crypto_key.ts";
import { pack } from "../../mgr/messages/message.ts";
import type { Connection } from "../../mgr/msgr/connection.ts";
import { SUPPORTED_FEATURES } from "../../mgr/msgr/features.ts";
import { Messenger } from "../../mgr/msgr/messenger.ts";
import { type Clock, sleep } from "../../mgr/time/clock.ts";
import { EMPTY_COMPAT_SET } from "../../mgr/types/compat_set.ts";
import type { EntityAddr } from "../../mgr/types/entity_addr.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";
import { ZERO_TIME } from "../../mgr/types/utime.ts";
import { MOSDBoot, type OsdSuperblock } from "../dev_monitor/messages/osd_boot.ts";
import { osdAddrs, osdMetadata, osdUuid } from "./osd_facts.ts";

/** Tickets that an OSD asks for. */
const OSD_SERVICES = EntityType.mon | EntityType.osd | EntityType.mgr | EntityType.auth;

/** Where to log in, and as whom. */
export interface BootParts {
  readonly clock: Clock;
  readonly monitor: EntityAddr;
  readonly fsid: string;
  readonly key: CryptoKey;
  readonly modes: readonly number[];
  /** Told why a login came to nothing. */
  failed(reason: string): void;
}

/** An OSD that has logged in. */
export interface BootedOsd {
  readonly auth: CephxClient;
  readonly messenger: Messenger;
  /** It is up: the session with the monitor may end. A boot whose session is gone by then does not count. */
  up(): void;
}

/** A login that failed is tried again after so long. */
const RETRY_MS = 1000;

/** An epoch that the monitor has not: it would send an OSD all maps that it lacks, which for so many is gigabytes. */
const NO_MAP_WANTED = 1_000_000;

/** Resolves when a monitor was told; when the session with it ends before `up`, another one is. */
export async function bootOsd(osd: number, parts: BootParts): Promise<BootedOsd> {
  const { clock, key } = parts;
  const entity = { type: EntityType.osd, id: String(osd) };
  const auth = new CephxClient({ entity, key, services: OSD_SERVICES, now: () => clock.now() });
  const messenger = new Messenger(EntityType.osd, 1000 + osd, clock);
  let up = false;
  let monitor: Connection;
  const boot = async (): Promise<void> => {
    monitor = await tellMonitor(osd, parts, messenger, auth, () => up || boot());
  };
  await boot();
  return {
    auth,
    messenger,
    up() {
      up = true;
      monitor.close("the OSD is up");
    },
  };
}

async function tellMonitor(
  osd: number,
  parts: BootParts,
  messenger: Messenger,
  auth: CephxClient,
  lost: () => void,
): Promise<Connection> {
  const { clock, monitor, modes, failed } = parts;
  const told = Promise.withResolvers<Connection>();
  const authenticator = auth.monAuthenticator(modes);
  const options = { addr: monitor, peerType: EntityType.mon, authenticator, gid: BigInt(osd) };
  let open = false;
  try {
    await messenger.connect(options, {
      open(connection) {
        open = true;
        connection.send(pack(MOSDBoot, bootMessage(osd, parts.fsid)));
        told.resolve(connection);
      },
      message: () => {},
      closed: (_connection, reason) => open ? lost() : told.reject(reason),
    });
    return await told.promise;
  } catch (e) {
    failed(e instanceof Error ? e.message : String(e));
    await sleep(clock, RETRY_MS);
    return await tellMonitor(osd, parts, messenger, auth, lost);
  }
}

function bootMessage(osd: number, clusterFsid: string): MOSDBoot {
  const superblock: OsdSuperblock = {
    clusterFsid,
    whoami: osd,
    currentEpoch: NO_MAP_WANTED,
    oldestMap: 1,
    newestMap: 1,
    weight: 0,
    compatFeatures: EMPTY_COMPAT_SET,
    cleanThru: 1,
    mounted: 1,
    osdFsid: osdUuid(osd),
    purgedSnapsLast: 0,
    lastPurgedSnapsScrub: ZERO_TIME,
  };
  return {
    superblock,
    hbBackAddrs: osdAddrs(osd, 4),
    clusterAddrs: osdAddrs(osd, 2),
    bootEpoch: 0,
    hbFrontAddrs: osdAddrs(osd, 6),
    metadata: osdMetadata(osd),
    osdFeatures: SUPPORTED_FEATURES,
  };
}
