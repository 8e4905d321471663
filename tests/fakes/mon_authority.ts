/** What a monitor knows of keys and secrets, with a clock to turn. */

import { CephxClient, MGR_SERVICES } from "../../mgr/auth/cephx_client.ts";
import { CephxMonServer, type MonAuthority } from "../../mgr/auth/cephx_mon_server.ts";
import { DEFAULT_LIFE } from "../../mgr/auth/cephx_mon_tickets.ts";
import type { RotatingSecrets } from "../../mgr/auth/cephx_structs.ts";
import { CryptoKey, KeyType } from "../../mgr/auth/crypto_key.ts";
import type { EntityAuth } from "../../mgr/auth/entity_auth.ts";
import { NO_SECRETS, rotate } from "../../mgr/auth/service_secrets.ts";
import { EntityType, formatEntityName, parseEntityName } from "../../mgr/types/entity_name.ts";

const SERVICES = [EntityType.mon, EntityType.mds, EntityType.osd, EntityType.mgr, EntityType.auth];

/** Bytes that differ from call to call and are the same in every run. */
export function counter(seed: number): (n: number) => Uint8Array {
  let state = seed;
  return (n) =>
    Uint8Array.from({ length: n }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 16;
    });
}

/** Four entities, and secrets for every service. */
export class World {
  readonly random = counter(7);
  readonly refusals: string[] = [];
  readonly entities = new Map<string, EntityAuth>();
  readonly keyType: number;
  now = 1_000_000;
  insecureReclaim = false;
  #tables = new Map(SERVICES.map((service) => [service as number, NO_SECRETS]));
  #nextId = 4100n;

  constructor(keyType: number = KeyType.aes) {
    this.keyType = keyType;
    this.add("mgr.x", { mon: "allow profile mgr" });
    this.add("osd.0", { mon: "allow profile osd", mgr: "allow profile osd" });
    this.add("client.admin", { mon: "allow *", mgr: "allow *" });
    this.add("client.nocaps", {});
    this.turn();
  }

  add(name: string, caps: Record<string, string>): void {
    const key = CryptoKey.generate(this.keyType, this.random, { sec: 1, nsec: 0 });
    this.entities.set(name, { key, caps: new Map(Object.entries(caps)) });
  }

  /** What a monitor's tick does. */
  turn(): void {
    for (const [service, table] of this.#tables) {
      const life = service === EntityType.auth ? DEFAULT_LIFE.authMs : DEFAULT_LIFE.serviceMs;
      this.#tables.set(service, rotate(table, this.now, life, this.random, this.keyType));
    }
  }

  pass(ms: number): void {
    this.now += ms;
    this.turn();
  }

  secrets(service: number): RotatingSecrets | undefined {
    return this.#tables.get(service);
  }

  server(over: Partial<MonAuthority> = {}): CephxMonServer {
    return new CephxMonServer({
      life: DEFAULT_LIFE,
      secrets: (service) => this.secrets(service),
      wall: () => this.now,
      random: this.random,
      keyType: this.keyType,
      entity: (name) => this.entities.get(formatEntityName(name)),
      newGlobalId: () => this.#nextId++,
      modes: [2, 1],
      insecureReclaim: this.insecureReclaim,
      onRefusal: (reason) => void this.refusals.push(reason),
      ...over,
    });
  }

  client(name = "mgr.x", key = this.entities.get(name)!.key): CephxClient {
    const { now, random } = { now: () => this.now, random: this.random };
    return new CephxClient({ entity: parseEntityName(name)!, key, services: MGR_SERVICES, now, random });
  }
}
