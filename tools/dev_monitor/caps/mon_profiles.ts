/** What the profiles of `mon` caps stand for. Upstream: MonCapGrant::expand_profile_mon in mon/MonCap.cc */

import { type Constraint, type Grant, Perm } from "../../../mgr/auth/mgr_cap_parser.ts";

const NO_ARGS: ReadonlyMap<string, Constraint> = new Map();
const LETTERS: Readonly<Record<string, number>> = { r: Perm.r, w: Perm.w, x: Perm.x };
const bits = (perm: string): number => [...perm].reduce((sum, letter) => sum | LETTERS[letter]!, 0);

const service = (name: string, perm: string): Grant => ({ service: name, args: NO_ARGS, perms: bits(perm) });
const blanket = (perm: string): Grant => ({ args: NO_ARGS, perms: bits(perm) });
const command = (name: string, args: Readonly<Record<string, Constraint>> = {}): Grant => ({
  command: name,
  args: new Map(Object.entries(args)),
  perms: Perm.any,
});

const equal = (value: string): Constraint => ({ kind: "equal", value });
const prefix = (value: string): Constraint => ({ kind: "prefix", value });
const regex = (value: string): Constraint => ({ kind: "regex", value });

/** Keys that a daemon keeps for itself. */
function ownKeys(entity: string): Grant[] {
  const key = prefix(`daemon-private/${entity}/`);
  return ["get", "put", "set", "exists", "delete"].map((verb) => command(`config-key ${verb}`, { key }));
}

const readMaps = [service("mon", "r"), service("osd", "r")];
const clientReads = [...readMaps, service("pg", "r")];
const rbdCaps = "^([ ,]*profile(=|[ ]+)['\"]?rbd[^ ,'\"]*['\"]?([ ]+pool(=|[ ]+)['\"]?[^,'\"]+['\"]?)?)+$";

/** Lets a client fence a dead one that held its lock. */
const blocklistAdd = ["blocklist", "blacklist"].map((word) =>
  command(`osd ${word}`, { [`${word}op`]: equal("add"), addr: regex("^[^/]+/[0-9]+$") })
);

const createKeys = (entity: string, caps: Readonly<Record<string, Constraint>>): Grant =>
  command("auth get-or-create", { entity: prefix(entity), ...caps });

const rbdBootstrap = (mon: string): Grant[] => [
  service("mon", "r"),
  createKeys("client.", { caps_mon: equal(mon), caps_osd: regex(rbdCaps) }),
];

/** Grants of a profile for an entity like `mgr.x`. A profile that is not here grants nothing. */
export const PROFILES: ReadonlyMap<string, (entity: string) => readonly Grant[]> = new Map<
  string,
  (entity: string) => readonly Grant[]
>([
  ["read-only", () => [blanket("r")]],
  ["read-write", () => [blanket("rw")]],
  ["mon", (entity) => [service("mon", "rwx"), service("log", "rwx"), ...ownKeys(entity)]],
  ["osd", (entity) => [
    service("osd", "rwx"),
    service("mon", "r"),
    service("pg", "rw"),
    service("log", "w"),
    ...ownKeys(entity),
  ]],
  ["mds", (entity) => [
    service("mds", "rwx"),
    ...readMaps,
    command("osd pool rmsnap"),
    command("osd blocklist"),
    command("osd blacklist"),
    service("log", "w"),
    ...ownKeys(entity),
  ]],
  ["mgr", (entity) => [
    service("mgr", "rwx"),
    ...["log", "mon", "mds", "fs", "osd", "config-key", "config"].map((name) => service(name, "rw")),
    service("auth", "rwx"),
    ...["auth get-or-create", "auth caps", "auth rm", "smart"].map((name) => command(name)),
    ...ownKeys(entity),
  ]],
  ["bootstrap-osd", () => [
    ...readMaps,
    ...["mon getmap", "osd new", "osd purge-new"].map((name) => command(name)),
  ]],
  ["bootstrap-mds", () => [
    ...readMaps,
    command("mon getmap"),
    createKeys("mds.", {
      caps_mon: equal("allow profile mds"),
      caps_osd: equal("allow rwx"),
      caps_mds: equal("allow"),
    }),
  ]],
  ["bootstrap-mgr", () => [
    ...readMaps,
    command("mon getmap"),
    createKeys("mgr.", { caps_mon: equal("allow profile mgr") }),
  ]],
  ["bootstrap-rgw", () => [
    ...readMaps,
    command("mon getmap"),
    createKeys("client.rgw.", { caps_mon: equal("allow rw"), caps_osd: equal("allow rwx") }),
  ]],
  ["bootstrap-rbd", () => rbdBootstrap("profile rbd")],
  ["bootstrap-rbd-mirror", () => rbdBootstrap("profile rbd-mirror")],
  ["fs-client", () => [...clientReads, service("mds", "r")]],
  ["simple-rados-client", () => clientReads],
  ["rbd", () => [...clientReads, ...blocklistAdd]],
  ["rbd-mirror", () => [
    ...clientReads,
    ...blocklistAdd,
    command("config-key get", { key: prefix("rbd/mirror/") }),
  ]],
  ["rbd-read-only", () => clientReads],
  ["crash", () => [service("mon", "r")]],
  ["role-definer", () => [service("mon", "r"), service("auth", "rwx")]],
]);
