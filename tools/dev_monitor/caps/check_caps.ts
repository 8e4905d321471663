/** Whether a cap string may be stored. Upstream: AuthMonitor::valid_caps */

import { CapParseError, MgrCap } from "../../../mgr/auth/mgr_cap.ts";
import { MonCap, MonCapParseError } from "./mon_cap.ts";

/**
 * Caps of OSDs and MDSs, as far as to tell them from typing errors: those daemons check them, and ours are simulated.
 * Upstream: OSDCapParser, MDSCapParser
 */
const OTHER_GRANT = /^\s*(?:allow\b|profile\b|deny\b).*$/;

const CHECKS: Readonly<Record<string, (cap: string) => string | undefined>> = {
  mon: (cap) => parseProblem(() => MonCap.parse(cap, ""), MonCapParseError),
  mgr: (cap) => parseProblem(() => MgrCap.parse(cap), CapParseError),
  osd: (cap) => other("osd", cap),
  mds: (cap) => other("mds", cap),
};

/** Undefined when it may; else the words of the monitors. */
export function checkCaps(service: string, cap: string): string | undefined {
  const check = CHECKS[service];
  return check ? check(cap) : `unknown cap type '${service}'`;
}

function parseProblem(parse: () => unknown, kind: new (message: string) => Error): string | undefined {
  try {
    parse();
    return undefined;
  } catch (e) {
    if (e instanceof kind) return e.message;
    throw e;
  }
}

function other(service: string, cap: string): string | undefined {
  const bad = cap.split(/[,;]/).find((grant) => !OTHER_GRANT.test(grant));
  return bad === undefined
    ? undefined
    : `${service} capability parse failed, stopped at '${bad}' of '${cap}'`;
}
