/** The report to the monitors: made of the state, and looked at as a monitor will look at it before it may leave. */

import { Buffer } from "node:buffer";
import { decodeAll, encodeAll } from "./encoding/mod.ts";
import { pack, unpack } from "./messages/message.ts";
import { MMonMgrReport } from "./messages/mon_mgr_report.ts";
import { firstDifference } from "./encoding/difference.ts";
import { type HealthCheck, type HealthCheckMap, HealthSeverity } from "./types/health.ts";
import { inOneGo } from "./time/in_steps.ts";
import { PGMapDigest } from "./types/pg_map_digest.ts";
import type { ProgressEvent } from "./types/progress.ts";
import type { RawMessage } from "./types/raw_message.ts";
import { ServiceMap } from "./types/service_map.ts";

/** What goes into a report, and what it must agree with. */
export interface ReportContent {
  readonly healthChecks: HealthCheckMap;
  readonly progressEvents: ReadonlyMap<string, ProgressEvent>;
  /** Undefined when it has not changed. */
  readonly serviceMap: ServiceMap | undefined;
  /** Epoch of the last ServiceMap that the monitors have sent. */
  readonly serviceMapEpoch: number;
  readonly digest: PGMapDigest;
  /** Ours. */
  readonly gid: bigint;
  /** That of the active manager in the newest MgrMap. */
  readonly activeGid: bigint;
}

/** Why a report must not leave. */
export class ReportRefused extends Error {
  override readonly name = "ReportRefused";
}

/** How a digest becomes bytes; tests break it. */
export type EncodeDigest = (digest: PGMapDigest) => Uint8Array;

/** Version and compat of the PGMapDigest that every release from 14 on reads. */
const DIGEST_VERSION = 4;
const DIGEST_COMPAT = 1;

/** `reportSteps` without a pause. */
export function makeReport(content: ReportContent, encodeDigest?: EncodeDigest): RawMessage {
  return inOneGo(reportSteps(content, encodeDigest));
}

/**
 * The message, ready to be sent, of content that stays as it is until then. Throws ReportRefused when a monitor would not read in it exactly what we mean: a
 * digest that does not decode, or a severity out of range, ends the monitor's process.
 */
export function* reportSteps(
  content: ReportContent,
  encodeDigest: EncodeDigest = (digest) => encodeAll(PGMapDigest.encode, digest),
): Generator<undefined, RawMessage> {
  const { gid, activeGid, healthChecks, progressEvents, serviceMap, serviceMapEpoch } = content;
  if (gid === 0n || gid !== activeGid) {
    refuse(`its gid ${gid} is not that of the active manager, ${activeGid}`);
  }
  if (serviceMap !== undefined && serviceMap.epoch <= serviceMapEpoch) {
    refuse(`ServiceMap epoch ${serviceMap.epoch} is not newer than ${serviceMapEpoch}`);
  }
  const digest = encodeDigest(content.digest);
  const serviceMapBl = serviceMap === undefined ? NOTHING : encodeAll(ServiceMap.encode, serviceMap);
  const raw = pack(MMonMgrReport, { healthChecks, serviceMapBl, progressEvents, gid, digest });
  yield;
  checkFront(raw, content);
  yield* checkDigest(raw.data, content.digest);
  return raw;
}

const NOTHING = new Uint8Array(0);

function refuse(why: string): never {
  throw new ReportRefused(`Cannot send the report to the monitors: ${why}`);
}

/** What was encoded must decode to what was meant, without a byte left over. */
function* checkDigest(bytes: Uint8Array, meant: PGMapDigest): Generator<undefined, void> {
  if (bytes[0] !== DIGEST_VERSION || bytes[1] !== DIGEST_COMPAT) {
    refuse(
      `the digest has version ${bytes[0]}/${bytes[1]}, monitors want ${DIGEST_VERSION}/${DIGEST_COMPAT}`,
    );
  }
  yield;
  const read = reading("the digest", () => decodeAll(bytes, PGMapDigest.decode));
  yield;
  const again = encodeAll(PGMapDigest.encode, read);
  if (Buffer.compare(again, bytes) !== 0) refuse("the digest has bytes that its own decoder skips");
  yield;
  same("the digest", read, meant);
}

function checkFront(raw: RawMessage, meant: ReportContent): void {
  const read = reading("the message", () => unpack(MMonMgrReport, raw));
  same("health checks", read.healthChecks, meant.healthChecks);
  same("progress events", read.progressEvents, meant.progressEvents);
  if (read.gid !== meant.gid) refuse(`gid ${meant.gid} was encoded as ${read.gid}`);
  for (const [code, check] of read.healthChecks) {
    const why = reasonAgainstCheck(code, check);
    if (why !== undefined) refuse(`health check ${code}: ${why}`);
  }
  for (const [id, event] of read.progressEvents) {
    const why = reasonAgainstEvent(id, event);
    if (why !== undefined) refuse(`progress event ${id}: ${why}`);
  }
  if (meant.serviceMap === undefined) return;
  const map = reading("the ServiceMap", () => decodeAll(read.serviceMapBl, ServiceMap.decode));
  same("the ServiceMap", map, meant.serviceMap);
}

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (e) {
    refuse(`${what} does not decode: ${e instanceof Error ? e.message : String(e)}`);
  }
}

function same(what: string, read: unknown, meant: unknown): void {
  const where = firstDifference(read, meant);
  if (where !== undefined) refuse(`${what} decodes to something else${where === "" ? "" : ` at ${where}`}`);
}

// deno-lint-ignore no-control-regex -- control characters are what it is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const isClean = (text: string): boolean => text.isWellFormed() && !CONTROL.test(text);

/** Undefined when the monitors may have the check. */
function reasonAgainstCheck(code: string, check: HealthCheck): string | undefined {
  const { severity, summary, detail, count } = check;
  if (!/^[A-Z0-9_]+$/.test(code)) return "a code has capitals, digits and _ only";
  if (severity !== HealthSeverity.error && severity !== HealthSeverity.warn) return `severity ${severity}`;
  if (!(count >= 0)) return `count ${count}`;
  return [summary, ...detail].every(isClean) ? undefined : "control characters in its text";
}

function reasonAgainstEvent(id: string, { message, progress }: ProgressEvent): string | undefined {
  if (!(progress >= 0 && progress <= 1)) return `progress ${progress}`;
  return isClean(id) && isClean(message) ? undefined : "control characters in its text";
}

/** Longest text of a check or an event. The monitors keep and print every one of them. */
const MAX_TEXT_CHARS = 16 * 1024;
/** Lines of detail of one check: ours have at most 51, the monitors' own as many as the cluster has daemons. */
const MAX_DETAILS = 1000;

/** A text without line breaks and control characters, of a bounded length. */
export function cleanText(text: string): string {
  return text.slice(0, MAX_TEXT_CHARS).toWellFormed().replaceAll(new RegExp(CONTROL, "g"), " ");
}

/** The checks with clean texts; what is left out, because no cleaning helps, is told to `leftOut`. */
export function cleanChecks(
  checks: HealthCheckMap,
  leftOut: (why: string) => void,
): Map<string, HealthCheck> {
  const clean = new Map<string, HealthCheck>();
  for (const [code, check] of checks) {
    const cleaned = {
      severity: check.severity,
      summary: cleanText(check.summary),
      detail: check.detail.slice(0, MAX_DETAILS).map(cleanText),
      count: check.count,
    };
    const why = reasonAgainstCheck(code, cleaned);
    if (why === undefined) clean.set(code, cleaned);
    else leftOut(`health check ${cleanText(code)}: ${why}`);
  }
  return clean;
}

/** The events with clean texts and a progress from 0 to 1, as the float32 that it is on the wire. */
export function cleanEvents(events: ReadonlyMap<string, ProgressEvent>): Map<string, ProgressEvent> {
  return new Map([...events].map(([id, { message, progress, addToCephS }]) => [cleanText(id), {
    message: cleanText(message),
    progress: Math.fround(Math.min(1, Math.max(0, Number.isFinite(progress) ? progress : 0))),
    addToCephS,
  }]));
}
