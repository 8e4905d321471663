/** Who is who: entity types, entity_name_t (type and number) and EntityName (type and id). */

import type { Codec } from "../encoding/mod.ts";

/** Kinds of entities. Upstream: CEPH_ENTITY_TYPE_* in include/msgr.h */
export const EntityType = { mon: 1, mds: 2, osd: 4, client: 8, mgr: 16, auth: 32, any: 255 } as const;

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(EntityType).map(([k, v]) => [v, k]));

/** "osd" for 4; "unknown" for a number that is none. */
export function entityTypeName(type: number): string {
  return NAMES.get(type) ?? "unknown";
}

/** The number of a type's name, or undefined. */
export function entityTypeOf(name: string): number | undefined {
  return (EntityType as Record<string, number>)[name];
}

/** A name with an id: `osd.3`, `client.admin`; the monitors' own is `mon.`. Upstream: EntityName in common/entity_name.h */
export interface EntityName {
  readonly type: number;
  readonly id: string;
}

/** u32 type, string id. */
export const EntityName: Codec<EntityName> = {
  decode: (d) => d.struct("EntityName", (d) => ({ type: d.u32(), id: d.string() })),
  encode: (e, v) => void e.u32(v.type).string(v.id),
};

/** `osd.3` */
export function formatEntityName(name: EntityName): string {
  return `${entityTypeName(name.type)}.${name.id}`;
}

/** Reads `type.id`; undefined when the type is unknown or the dot is missing. */
export function parseEntityName(text: string): EntityName | undefined {
  const dot = text.indexOf(".");
  const type = dot < 0 ? undefined : entityTypeOf(text.slice(0, dot));
  return type === undefined ? undefined : { type, id: text.slice(dot + 1) };
}

/** A name with a number: `osd.3`, `mgr.4121`. Upstream: entity_name_t in msg/msg_types.h */
export interface EntityNum {
  readonly type: number;
  readonly num: bigint;
}

/** u8 type, s64 num. */
export const EntityNum: Codec<EntityNum> = {
  decode: (d) => d.struct("entity_name_t", (d) => ({ type: d.u8(), num: d.i64() })),
  encode: (e, v) => void e.u8(v.type).i64(v.num),
};

/** `osd.3`; a negative number prints as `?`. */
export function formatEntityNum(name: EntityNum): string {
  return `${entityTypeName(name.type)}.${name.num < 0n ? "?" : name.num}`;
}
