/** Flags of the cluster and of single OSDs, ratios, releases, the blocklist. Upstream: OSDMonitor::prepare_set_flag */

import { shortFloat } from "../../../mgr/state/quantity.ts";
import { AddrType, type EntityAddr, formatAddr } from "../../../mgr/types/entity_addr.ts";
import { OsdMapFlag, OsdState } from "../../../mgr/types/osd_map_bits.ts";
import { releaseName, releaseNumber } from "../../../mgr/types/release_name.ts";
import { formatUtime, utimeOfMs } from "../../../mgr/types/utime.ts";
import { parseOsdIds } from "../osd/osd_id.ts";
import { itemId } from "../state/osd_lookup.ts";
import { existingOsds } from "../state/osd_lookup.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows } from "./command.ts";
import { answerOf, draftOf } from "./osd_state.ts";

const PAUSE = OsdMapFlag.pauserd | OsdMapFlag.pausewr;
const SETTABLE = [
  "noup",
  "nodown",
  "noout",
  "noin",
  "nobackfill",
  "norebalance",
  "norecover",
  "noscrub",
  "nodeep-scrub",
  "notieragent",
  "nosnaptrim",
] as const;
const ALL_KEYS = `full|pause|${SETTABLE.join("|")}`;
const RATIO = "name=ratio,type=CephFloat,range=0.0|1.0";

/** Bits and name of a flag. `full` is in the table of choices, and refused. */
function flagOf(key: string): { bits: number; name: string } {
  if (key === "pause") return { bits: PAUSE, name: "pauserd,pausewr" };
  const name = [...SETTABLE, "pglog_hardlimit" as const].find((known) => known === key);
  if (name === undefined) throw fail("inval", `unrecognized flag '${key}'`);
  return { bits: OsdMapFlag[name], name };
}

function change(call: Call, key: string, on: boolean): Answer {
  const { bits, name } = flagOf(key);
  const draft = draftOf(call);
  const { flags } = draft.map;
  draft.set({ newFlags: (on ? flags | bits : flags & ~bits) >>> 0 });
  return answerOf(draft, `${name} is ${on ? "set" : "unset"}`);
}

function ratio(call: Call, field: "newFullRatio" | "newNearfullRatio" | "newBackfillfullRatio"): Answer {
  const value = call.args.number("ratio");
  const draft = draftOf(call);
  // The map has it in single precision.
  draft.set({ [field]: Math.fround(value) });
  return answerOf(draft, `${call.args.prefix} ${shortFloat(value)}`);
}

const GROUP_FLAGS = ["noup", "nodown", "noin", "noout"] as const;

function groupBits(text: string): number {
  return text.split(",").reduce((bits, word) => {
    const flag = GROUP_FLAGS.find((known) => known === word.trim());
    if (!flag) throw fail("inval", `unrecognized flag '${word}', must be one of {${GROUP_FLAGS.join(",")}}`);
    return bits | OsdState[flag];
  }, 0);
}

/** OSDs, CRUSH nodes and device classes that have flags of their own. */
function group(call: Call, on: boolean): Answer {
  const bits = groupBits(call.args.string("flags"));
  const draft = draftOf(call);
  const { map } = draft;
  for (const who of call.args.strings("who")) {
    const node = itemId(map.crush, who);
    if (/^(?:osd\.)?\d+$/.test(who) || ["any", "all", "*"].includes(who)) {
      for (const id of parseOsdIds([who], () => existingOsds(map))) draft.setState(id, bits, on);
    } else if (node !== undefined && node < 0) {
      const now = draft.get("newCrushNodeFlags", node) ?? map.crushNodeFlags.get(node) ?? 0;
      draft.put("newCrushNodeFlags", node, on ? now | bits : now & ~bits);
    } else {
      const ids = [...map.crush.classNames].find(([, name]) => name === who);
      if (!ids) throw fail("inval", `unable to parse osd id or crush node or device class: "${who}". `);
      const now = map.deviceClassFlags.get(ids[0]) ?? 0;
      draft.put("newDeviceClassFlags", ids[0], on ? now | bits : now & ~bits);
    }
  }
  return answerOf(draft, "");
}

/** `osd add-noout 1 2` and the like. */
function oldGroup(call: Call, flag: keyof typeof OsdState, on: boolean): Answer {
  const draft = draftOf(call);
  const ids = parseOsdIds(call.args.strings("ids"), () => existingOsds(draft.map));
  for (const id of ids) draft.setState(id, OsdState[flag], on);
  return answerOf(draft, "");
}

function requireRelease(call: Call): Answer {
  const release = releaseNumber(call.args.string("release"))!;
  const draft = draftOf(call);
  const now = draft.map.requireOsdRelease;
  if (release < now) throw fail("perm", "require_osd_release cannot be lowered once it has been set");
  if (release === now) return {};
  draft.set({ newRequireOsdRelease: release });
  return answerOf(draft, "");
}

function requireClient(call: Call): Answer {
  const version = call.args.string("version");
  const release = releaseNumber(version);
  if (release === undefined) throw fail("inval", `version ${version} is not recognized`);
  const draft = draftOf(call);
  draft.set({ newRequireMinCompatClient: release });
  return answerOf(draft, `set require_min_compat_client to ${version}`);
}

const DEFAULT_BLOCK_S = 3600;

/** `10.0.0.1:0/123`, a port and a nonce may be missing. */
function parseAddr(text: string): EntityAddr {
  const match = /^(?:v[12]:)?(\[[0-9a-fA-F:]+\]|[^:/]+)(?::(\d+))?(?:\/(\d+))?$/.exec(text);
  if (!match) throw fail("inval", `unable to parse address ${text}`);
  const ip = match[1]!.replace(/^\[(.*)\]$/, "$1");
  return { type: AddrType.any, ip, port: Number(match[2] ?? 0), nonce: Number(match[3] ?? 0) };
}

function blocklist(call: Call, op: string): Answer {
  const addr = parseAddr(call.args.string("addr"));
  const text = formatAddr(addr);
  const draft = draftOf(call);
  if (op === "add") {
    const seconds = call.args.optionalNumber("expire") ?? DEFAULT_BLOCK_S;
    const expires = utimeOfMs(call.monitor.clock.wall() + seconds * 1000);
    draft.set({ newBlocklist: [{ addr, expires }] });
    return answerOf(draft, `blocklisting ${text} until ${formatUtime(expires)} (${seconds} sec)`);
  }
  if (!draft.map.blocklist.some((entry) => formatAddr(entry.addr) === text)) {
    return { err: `${text} isn't blocklisted` };
  }
  draft.set({ oldBlocklist: [addr] });
  return answerOf(draft, `un-blocklisting ${text}`);
}

function clearBlocklist(call: Call): Answer {
  const draft = draftOf(call);
  draft.set({ oldBlocklist: draft.map.blocklist.map(({ addr }) => addr) });
  return answerOf(draft, " removed all blocklist entries");
}

const ADDR = "name=addr,type=CephEntityAddr name=expire,type=CephFloat,range=0.0,req=false";
const IDS = "name=ids,type=CephString,n=N";
const GROUP = "name=flags,type=CephString name=who,type=CephString,n=N";
const SUBSET = "must be a comma-separated subset of {noup,nodown,noin,noout}";

const OLD_GROUPS = (["noup", "nodown", "noin", "noout"] as const).flatMap((flag) => [
  [
    `osd add-${flag} ${IDS}`,
    "rw",
    `mark osd(s) <id> [<id>...] as ${flag}, or use <all|any> to mark all osds as ${flag}`,
    (call: Call) => oldGroup(call, flag, true),
    4,
  ] as const,
  [
    `osd rm-${flag} ${IDS}`,
    "rw",
    `allow osd(s) <id> [<id>...] to be marked ${
      flag.slice(2)
    } (if they are currently marked as ${flag}), can use <all|any> to automatically filter out all ${flag} osds`,
    (call: Call) => oldGroup(call, flag, false),
    4,
  ] as const,
]);

/** In the order of upstream's table. */
export const OSD_FLAG_COMMANDS = rows("osd", [
  [
    `osd set-full-ratio ${RATIO}`,
    "rw",
    "set usage ratio at which OSDs are marked full",
    (call) => ratio(call, "newFullRatio"),
  ],
  [
    `osd set-backfillfull-ratio ${RATIO}`,
    "rw",
    "set usage ratio at which OSDs are marked too full to backfill",
    (call) => ratio(call, "newBackfillfullRatio"),
  ],
  [
    `osd set-nearfull-ratio ${RATIO}`,
    "rw",
    "set usage ratio at which OSDs are marked near-full",
    (call) => ratio(call, "newNearfullRatio"),
  ],
  [
    "osd get-require-min-compat-client",
    "r",
    "get the minimum client version we will maintain compatibility with",
    ({ monitor }) => ({ out: `${releaseName(monitor.state.osd.map.requireMinCompatClient)}\n` }),
  ],
  [
    "osd set-require-min-compat-client name=version,type=CephString name=yes_i_really_mean_it,type=CephBool,req=false",
    "rw",
    "set the minimum client version we will maintain compatibility with",
    requireClient,
  ],
  ["osd pause", "rw", "pause osd", (call) => change(call, "pause", true)],
  ["osd unpause", "rw", "unpause osd", (call) => change(call, "pause", false)],
  [
    `osd set name=key,type=CephChoices,strings=${ALL_KEYS}|pglog_hardlimit name=yes_i_really_mean_it,type=CephBool,req=false`,
    "rw",
    "set <key>",
    (call) => change(call, call.args.string("key"), true),
  ],
  [
    `osd unset name=key,type=CephChoices,strings=${ALL_KEYS}`,
    "rw",
    "unset <key>",
    (call) => change(call, call.args.string("key"), false),
  ],
  [
    "osd require-osd-release name=release,type=CephChoices,strings=luminous|mimic|nautilus|octopus|pacific name=yes_i_really_mean_it,type=CephBool,req=false",
    "rw",
    "set the minimum allowed OSD release to participate in the cluster",
    requireRelease,
  ],
  ...OLD_GROUPS,
  [
    `osd set-group ${GROUP}`,
    "rw",
    `set <flags> for batch osds or crush nodes, <flags> ${SUBSET}`,
    (call) => group(call, true),
  ],
  [
    `osd unset-group ${GROUP}`,
    "rw",
    `unset <flags> for batch osds or crush nodes, <flags> ${SUBSET}`,
    (call) => group(call, false),
  ],
  [
    `osd blocklist name=range,type=CephString,goodchars=[range],req=false name=blocklistop,type=CephChoices,strings=add|rm ${ADDR}`,
    "rw",
    "add (optionally until <expire> seconds from now) or remove <addr> from blocklist",
    (call) => blocklist(call, call.args.string("blocklistop")),
  ],
  ["osd blocklist clear", "rw", "clear all blocklisted clients", clearBlocklist],
  [
    `osd blacklist name=blacklistop,type=CephChoices,strings=add|rm ${ADDR}`,
    "rw",
    "add (optionally until <expire> seconds from now) or remove <addr> from blacklist",
    (call) => blocklist(call, call.args.string("blacklistop")),
    4,
  ],
  ["osd blacklist clear", "rw", "clear all blacklisted clients", clearBlocklist, 4],
]);
