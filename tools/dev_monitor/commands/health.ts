/** Health and its mutes. Upstream: mon/HealthMonitor.cc */

import { allChecks, healthReport } from "../health/report.ts";
import type { HealthMute } from "../state/mute_part.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show } from "./command.ts";

function health(call: Call): Answer {
  const detail = call.args.optionalString("detail") === "detail";
  const { state, clock } = call.monitor;
  const report = healthReport(state, clock.wall(), detail);
  if (call.format !== "plain") return show(call, report.json);
  return { out: `${report.line}\n${detail ? report.detail : ""}` };
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  hours: 3600,
  d: 86400,
  day: 86400,
  days: 86400,
  w: 604800,
  wk: 604800,
  week: 604800,
  weeks: 604800,
  mo: 2592000,
  month: 2592000,
  months: 2592000,
  y: 31536000,
  yr: 31536000,
  year: 31536000,
  years: 31536000,
};

/** `1h`, `2 days`, `1m 30s` in seconds. Upstream: parse_timespan in common/ceph_time.cc */
function timespan(text: string): number {
  const refuse = (why: string) => fail("inval", `invalid duration: ${text} (${why})`);
  if (!/^\s*\d/.test(text)) throw refuse("expected digit");
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)\s*([a-z]*)/g)) {
    const factor = unit === "" ? 1 : UNITS[unit!];
    if (factor === undefined) throw refuse(`unrecognized unit '${unit}'`);
    seconds += Number(count) * factor;
  }
  if (seconds === 0) throw refuse("timespan = 0");
  return seconds;
}

function mute({ args, monitor }: Call): Answer {
  const code = args.optionalString("code") ?? "";
  if (code === "") throw fail("inval", "must specify an alert code to mute");
  const ttl = args.optionalString("ttl");
  const nowMs = monitor.clock.wall();
  const untilMs = ttl === undefined ? 0 : nowMs + timespan(ttl) * 1000;
  const sticky = args.flag("sticky");
  const check = sticky ? undefined : allChecks(monitor.state, nowMs).get(code);
  if (!sticky && !check) throw fail("noent", `health alert ${code} is not currently raised`);
  const entry: HealthMute = {
    code,
    untilMs,
    sticky,
    summary: check?.summary ?? "",
    count: check?.count ?? 0,
  };
  return { change: { mute: new Map([[code, entry]]) } };
}

function unmute({ args, monitor }: Call): Answer {
  const code = args.optionalString("code");
  const codes = code === undefined ? [...monitor.state.mute.mutes.keys()] : [code];
  return { change: { mute: new Map(codes.map((c) => [c, undefined])) } };
}

/** In the order of upstream's table. */
export const HEALTH_COMMANDS = rows("mon", [
  [
    "health name=detail,type=CephChoices,strings=detail,req=false",
    "r",
    "show cluster health",
    health,
  ],
  [
    "health mute name=code,type=CephString name=ttl,type=CephString,req=false name=sticky,type=CephBool,req=false",
    "w",
    "mute health alert",
    mute,
  ],
  [
    "health unmute name=code,type=CephString,req=false",
    "w",
    "unmute existing health alert mute(s)",
    unmute,
  ],
]);
