/** A client.admin with a session with the monitor, who knows where the active manager is. */

import { CephxClient, MGR_SERVICES } from "../../mgr/auth/cephx_client.ts";
import { CryptoKey } from "../../mgr/auth/crypto_key.ts";
import { unpack } from "../../mgr/messages/message.ts";
import { MMgrMap } from "../../mgr/messages/mgr_map.ts";
import { MonClient } from "../../mgr/mon/mon_client.ts";
import { ConMode } from "../../mgr/msgr/authenticator.ts";
import { Messenger } from "../../mgr/msgr/messenger.ts";
import { systemClock } from "../../mgr/time/clock.ts";
import { type EntityAddr, msgr2Addr, sameAddr } from "../../mgr/types/entity_addr.ts";
import { EntityType } from "../../mgr/types/entity_name.ts";
import type { MgrMap } from "../../mgr/types/mgr_map.ts";
import { printError } from "../print.ts";
import type { MgrLinkParts } from "./mgr_link.ts";
import type { Common, SwarmPlan } from "./plan.ts";

/** Connection modes that a swarm offers. */
export function modesOf({ mode }: SwarmPlan): readonly number[] {
  return [mode === "secure" ? ConMode.secure : ConMode.crc];
}

/** Goes on until `close()`. */
export class ManagerWatch {
  /** For links of this client; good from the first call of `moved` on. */
  readonly link: Omit<MgrLinkParts, "gate">;
  readonly #mon: MonClient;
  readonly #moved: (manager: EntityAddr | undefined) => void;
  #manager: EntityAddr | undefined;

  /** `moved` is told another address of the active manager, or that there is none. */
  constructor(common: Common, moved: (manager: EntityAddr | undefined) => void) {
    const { monitor, fsid, adminKey } = common;
    const modes = modesOf(common.plan);
    const auth = new CephxClient({
      entity: { type: EntityType.client, id: "admin" },
      key: CryptoKey.fromBase64(adminKey),
      services: MGR_SERVICES,
      now: () => systemClock.now(),
    });
    const messenger = new Messenger(EntityType.client, 1 + Deno.pid, systemClock);
    this.#moved = moved;
    this.link = { clock: systemClock, messenger, auth, modes };
    this.#mon = new MonClient({
      clock: systemClock,
      messenger,
      auth,
      monitors: [{ addrs: [monitor], priority: 0, weight: 0 }],
      modes: () => modes,
      hostname: "",
      fsid,
    }, {
      sessionUp: () => {},
      sessionDown: () => {},
      monMap: () => {},
      message: (raw) => void (raw.type === MMgrMap.type && this.#mgrMap(unpack(MMgrMap, raw).map)),
      trouble: (text) => printError(text),
      hopeless: (reason) => printError(reason.message),
    });
    this.#mon.subscribe("mgrmap");
    this.#mon.start();
  }

  close(): void {
    this.#mon.close("the swarm is over");
  }

  /** Upstream: MgrClient::handle_mgr_map: only another address, or none, makes daemons leave. */
  #mgrMap(map: MgrMap): void {
    const manager = map.available ? msgr2Addr(map.activeAddrs) : undefined;
    const same = manager && this.#manager ? sameAddr(manager, this.#manager) : manager === this.#manager;
    if (same) return;
    this.#manager = manager;
    this.#moved(manager);
  }
}
