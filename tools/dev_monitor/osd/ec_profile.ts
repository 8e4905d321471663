/** Erasure code profiles: what a plugin adds to what was given. Upstream: ErasureCode::init, ErasureCodeJerasure::parse */

import { sorted } from "../state/part.ts";

const DEFAULTS: Readonly<Record<string, string>> = {
  "crush-device-class": "",
  "crush-failure-domain": "host",
  "crush-root": "default",
  "jerasure-per-chunk-alignment": "false",
  k: "2",
  m: "2",
  plugin: "jerasure",
  technique: "reed_sol_van",
  w: "8",
};

/** All keys, in the order of their names. */
export function completeProfile(given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return sorted(new Map([...Object.entries(DEFAULTS), ...given]));
}

/** `{k=2,m=1}` */
export function profileText(profile: ReadonlyMap<string, string>): string {
  return `{${[...profile].map(([key, value]) => `${key}=${value}`).join(",")}}`;
}
