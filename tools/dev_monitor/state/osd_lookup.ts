/** Where an OSD or a host is in the CRUSH tree. */

import type { CrushMap } from "../../../mgr/types/crush_map.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import type { OsdState } from "./osd_part.ts";

/** The bucket that holds an item; shadow trees of device classes are not looked at. */
export function parentOf(crush: CrushMap, item: number): number | undefined {
  return crush.buckets.find((bucket) =>
    bucket !== undefined && !isShadow(crush, bucket.id) && bucket.items.includes(item)
  )?.id;
}

/** Whether the bucket is the copy of another one for a single device class. */
export function isShadow(crush: CrushMap, id: number): boolean {
  return crush.itemNames.get(id)?.includes("~") ?? false;
}

/** The id of an item's name. */
export function itemId(crush: CrushMap, name: string): number | undefined {
  for (const [id, known] of crush.itemNames) if (known === name) return id;
  return undefined;
}

/** The bucket's type, or "osd". */
export function typeNameOf(crush: CrushMap, item: number): string {
  const type = item >= 0 ? 0 : crush.buckets[-1 - item]?.type ?? 0;
  return crush.typeNames.get(type) ?? String(type);
}

/** Name of each ancestor by its type, the item itself aside. Upstream: CrushWrapper::get_full_location */
export function locationOf(crush: CrushMap, item: number): Map<string, string> {
  const location = new Map<string, string>();
  for (let at = parentOf(crush, item); at !== undefined; at = parentOf(crush, at)) {
    location.set(typeNameOf(crush, at), crush.itemNames.get(at) ?? "");
  }
  return location;
}

/** Location of a host by its name, itself included; only itself when CRUSH does not know it. */
export function crushLocation({ map }: OsdState, hostname: string): Map<string, string> {
  const location = new Map([["host", hostname]]);
  if (map.epoch === 0 || hostname === "") return location;
  const id = itemId(map.crush, hostname);
  return id === undefined ? location : new Map([...location, ...locationOf(map.crush, id)]);
}

/** "hdd", or undefined for an OSD without a class. */
export function deviceClass({ map }: OsdState, osd: number): string | undefined {
  if (map.epoch === 0) return undefined;
  const id = map.crush.itemClasses.get(osd);
  return id === undefined ? undefined : map.crush.classNames.get(id);
}

/** Ids of all OSDs that exist. */
export function existingOsds(map: OsdMap): number[] {
  return Array.from({ length: map.maxOsd }, (_, id) => id).filter((id) => map.exists(id));
}
