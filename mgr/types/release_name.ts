/** Names of Ceph's releases by number. */

/** Upstream: ceph_release_t in common/ceph_releases.h */
const NAMES = [
  "unknown",
  "argonaut",
  "bobtail",
  "cuttlefish",
  "dumpling",
  "emperor",
  "firefly",
  "giant",
  "hammer",
  "infernalis",
  "jewel",
  "kraken",
  "luminous",
  "mimic",
  "nautilus",
  "octopus",
  "pacific",
  "quincy",
  "reef",
  "squid",
  "tentacle",
  "umbrella",
] as const;

/** "pacific" for 16; "unknown" for a number that has no name yet. */
export function releaseName(release: number): string {
  return NAMES[release] ?? "unknown";
}

/** 16 for "pacific"; undefined for a name that is none. */
export function releaseNumber(name: string): number | undefined {
  const at = NAMES.findIndex((known) => known === name);
  return at > 0 ? at : undefined;
}
