/** Entities with keys and caps, the secrets of services, and the numbers of sessions. Upstream: mon/AuthMonitor.cc */

import { RotatingSecrets } from "../../../mgr/auth/cephx_structs.ts";
import { EntityAuth } from "../../../mgr/auth/entity_auth.ts";
import { jsonBytes, merged, pack, parseJsonBytes, type Part, unpackRow } from "./part.ts";

/** What changes. */
export interface AuthChange {
  /** By `type.id`; undefined = removed. */
  readonly entities?: ReadonlyMap<string, EntityAuth | undefined>;
  /** By entity type of the service. */
  readonly rotating?: ReadonlyMap<number, RotatingSecrets>;
  /** No global_id above this one has been given out. */
  readonly maxGlobalId?: number;
}

/** What is known of keys. */
export interface AuthState {
  readonly version: number;
  readonly entities: ReadonlyMap<string, EntityAuth>;
  readonly rotating: ReadonlyMap<number, RotatingSecrets>;
  readonly maxGlobalId: number;
}

/** Upstream: MIN_GLOBAL_ID in mon/AuthMonitor.h */
const FIRST_GLOBAL_ID = 0x1000;

/** Rows: `state`, `entity/NAME`, `rotating/TYPE`. */
export const AuthPart: Part<AuthState, AuthChange> = {
  empty: { version: 0, entities: new Map(), rotating: new Map(), maxGlobalId: FIRST_GLOBAL_ID },
  apply: (state, change) => ({
    version: state.version + 1,
    entities: change.entities ? merged(state.entities, change.entities) : state.entities,
    rotating: change.rotating ? merged(state.rotating, change.rotating) : state.rotating,
    maxGlobalId: change.maxGlobalId ?? state.maxGlobalId,
  }),
  *rows({ version, maxGlobalId }, { entities, rotating }) {
    yield ["state", jsonBytes({ version, maxGlobalId })];
    for (const [name, entity] of entities ?? []) {
      yield [`entity/${name}`, entity && pack(EntityAuth, entity)];
    }
    for (const [type, table] of rotating ?? []) yield [`rotating/${type}`, pack(RotatingSecrets, table)];
  },
  load(rows) {
    const entities = new Map<string, EntityAuth>();
    const rotating = new Map<number, RotatingSecrets>();
    for (const [key, value] of rows) {
      const name = key.slice(key.indexOf("/") + 1);
      if (key.startsWith("entity/")) entities.set(name, unpackRow(EntityAuth, value)!);
      if (key.startsWith("rotating/")) rotating.set(Number(name), unpackRow(RotatingSecrets, value)!);
    }
    const state = rows.get("state");
    const counters = state && parseJsonBytes<{ version: number; maxGlobalId: number }>(state);
    return { ...AuthPart.empty, ...counters, entities, rotating };
  },
};
