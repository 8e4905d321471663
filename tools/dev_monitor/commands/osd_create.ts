/** OSDs are made and removed. Upstream: OSDMonitor::prepare_command_osd_new, prepare_command_osd_purge, _destroy */

import { CryptoKey } from "../../../mgr/auth/crypto_key.ts";
import type { EntityAuth } from "../../../mgr/auth/entity_auth.ts";
import { OsdState } from "../../../mgr/types/osd_map_bits.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import { isUuid } from "../../../mgr/types/uuid.ts";
import { removeItem } from "../osd/crush_edit.ts";
import type { Change } from "../state/committed.ts";
import { IN, type OsdDraft } from "../state/osd_draft.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show } from "./command.ts";
import { draftOf } from "./osd_state.ts";

const SURE =
  "Are you SURE?  Did you verify with 'ceph osd safe-to-destroy'?  This will mean real, permanent data loss, as well as deletion of cephx and lockbox keys. Pass --yes-i-really-mean-it if you really do.";
const OSD_CAPS: ReadonlyMap<string, string> = new Map([
  ["mgr", "allow profile osd"],
  ["mon", "allow profile osd"],
  ["osd", "allow *"],
]);

const firstFree = (map: OsdMap): number => {
  let id = 0;
  while (map.exists(id)) id++;
  return id;
};

function uuidOf({ args }: Call): string | undefined {
  const uuid = args.optionalString("uuid");
  if (uuid !== undefined && !isUuid(uuid)) throw fail("inval", `invalid UUID '${uuid}'`);
  return uuid?.toLowerCase();
}

/** The OSD that has the uuid already. */
function ownerOf(map: OsdMap, uuid: string | undefined): number | undefined {
  if (uuid === undefined) return undefined;
  for (let id = 0; id < map.maxOsd; id++) if (map.exists(id) && map.osdUuid.at(id) === uuid) return id;
  return undefined;
}

/** Its key, when the input has one. */
function keyOf({ input }: Call): CryptoKey | undefined {
  if (input.length === 0) return undefined;
  try {
    const { cephx_secret } = JSON.parse(new TextDecoder().decode(input)) as { cephx_secret?: string };
    return cephx_secret === undefined ? undefined : CryptoKey.fromBase64(cephx_secret);
  } catch {
    throw fail("inval", "unable to parse secrets");
  }
}

/** Reserves a slot of the map: a daemon is to come. */
function reserve(draft: OsdDraft, id: number, uuid: string | undefined): void {
  if (id >= draft.map.maxOsd) draft.set({ newMaxOsd: id + 1 });
  const destroyed = ((draft.map.osdState[id] ?? 0) & OsdState.destroyed) !== 0;
  if (destroyed) draft.flip(id, OsdState.destroyed | OsdState.new);
  else {
    // The weight makes it exist; it stays new until its first boot.
    draft.flip(id, OsdState.new);
    draft.put("newWeight", id, IN);
  }
  if (uuid !== undefined) draft.put("newUuid", id, uuid);
}

function create(call: Call): Answer {
  const uuid = uuidOf(call);
  const draft = draftOf(call);
  const known = ownerOf(draft.map, uuid);
  const wanted = call.args.optionalNumber("id");
  if (known !== undefined && wanted !== undefined && wanted !== known) {
    throw fail("exist", `uuid ${uuid} already in use for different id ${known}`);
  }
  const id = known ?? wanted ?? firstFree(draft.map);
  const out = show(call, { osdid: id }, `${id}\n`).out as string;
  if (known !== undefined) return { out };
  const key = keyOf(call);
  reserve(draft, id, uuid);
  const change: Change = {
    osd: draft.change!,
    ...(key ? { auth: authOf(id, { key, caps: OSD_CAPS }) } : {}),
  };
  return { out, change };
}

const authOf = (id: number, auth: EntityAuth | undefined): NonNullable<Change["auth"]> => ({
  entities: new Map([[`osd.${id}`, auth]]),
});

function checked(call: Call): number {
  if (!call.args.flag("yes_i_really_mean_it")) throw fail("perm", SURE);
  return call.args.number("id");
}

function mustBeDown(map: OsdMap, id: number): void {
  if (map.isUp(id)) throw fail("busy", `osd.${id} is not \`down\`.`);
}

/** Keeps the number for another daemon. */
function destroy(call: Call): Answer {
  const id = checked(call);
  const draft = draftOf(call);
  if (!draft.map.exists(id)) return { err: `osd.${id} does not exist` };
  mustBeDown(draft.map, id);
  draft.setState(id, OsdState.destroyed, true);
  draft.put("newUuid", id, "00000000-0000-0000-0000-000000000000");
  return { err: `destroyed osd.${id}`, change: { osd: draft.change!, auth: authOf(id, undefined) } };
}

/** Removes all that is known of it. */
function purge(call: Call): Answer {
  const id = checked(call);
  const draft = draftOf(call);
  if (!draft.map.exists(id)) return { err: `osd.${id} does not exist` };
  mustBeDown(draft.map, id);
  draft.crush = removeItem(draft.crush, id);
  draft.flip(id, draft.map.osdState[id]!);
  draft.setMetadata(id, undefined);
  return { err: `purged osd.${id}`, change: { osd: draft.change!, auth: authOf(id, undefined) } };
}

const REALLY = "name=yes_i_really_mean_it,type=CephBool,req=false";
const HIDDEN = 32;

/** In the order of upstream's table. */
export const OSD_CREATE_COMMANDS = rows("osd", [
  [
    `osd destroy-actual name=id,type=CephOsdName ${REALLY}`,
    "rw",
    "mark osd as being destroyed. Keeps the ID intact (allowing reuse), but removes cephx keys, config-key data and lockbox keys, rendering data permanently unreadable.",
    destroy,
    HIDDEN,
  ],
  [
    `osd purge-new name=id,type=CephOsdName ${REALLY}`,
    "rw",
    "purge all traces of an OSD that was partially created but never started",
    purge,
  ],
  [
    `osd purge-actual name=id,type=CephOsdName ${REALLY}`,
    "rw",
    "purge all osd data from the monitors. Combines `osd destroy`, `osd rm`, and `osd crush rm`.",
    purge,
    HIDDEN,
  ],
  [
    "osd create name=uuid,type=CephUUID,req=false name=id,type=CephOsdName,req=false",
    "rw",
    "create new osd (with optional UUID and ID)",
    create,
    4,
  ],
  [
    "osd new name=uuid,type=CephUUID,req=true name=id,type=CephOsdName,req=false",
    "rw",
    "Create a new OSD. If supplied, the `id` to be replaced needs to exist and have been previously destroyed. Reads secrets from JSON file via `-i <file>` (see man page).",
    create,
  ],
]);
