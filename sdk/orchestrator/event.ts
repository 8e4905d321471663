/** What has happened to a service or a daemon. */

import { cephTime } from "./time.ts";

/** One event. Upstream: OrchestratorEvent */
export interface OrchestratorEvent {
  /** `2020-04-24T17:06:53.039991Z` */
  readonly created: string;
  /** What it happened to. */
  readonly kind: "service" | "daemon";
  /** Which one. */
  readonly subject: string;
  /** Whether it is bad. */
  readonly level: "INFO" | "ERROR";
  /** One line, or several. */
  readonly message: string;
}

const EVENT = /^([^ ]+) (service|daemon):([^ ]+) \[(INFO|ERROR)\] "([^]*)"$/;

/** Reads `2020-06-10T10:20:25.691255Z daemon:crash.a [INFO] "Deployed it"`. Throws for another form. */
export function parseEvent(text: string): OrchestratorEvent {
  const [, created, kind, subject, level, message] = EVENT.exec(text) ?? [];
  if (created === undefined) throw new Error(`Unable to match: "${text}"`);
  return {
    created: cephTime(created),
    kind: kind as "service" | "daemon",
    subject: subject!,
    level: level as "INFO" | "ERROR",
    message: message!,
  };
}

/** That form. */
export function eventText({ created, kind, subject, level, message }: OrchestratorEvent): string {
  return `${created} ${kind}:${subject} [${level}] "${message}"`;
}
