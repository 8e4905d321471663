/** What the beacon tells of this machine: the keys of `ceph mgr metadata`. */

import { cpus, release, totalmem } from "node:os";

/** A file's text, or empty: every fact here is optional. */
function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** `KEY=value` lines, quotes taken off. */
function parseOsRelease(text: string): Map<string, string> {
  const pairs = text.split("\n").map((line) => /^([A-Z_]+)="?(.*?)"?$/.exec(line)).filter((m) => m !== null);
  return new Map(pairs.map((m) => [m[1]!, m[2]!]));
}

/**
 * Facts of the machine and of this program. `program` gives ceph_version, ceph_version_short and ceph_release;
 * `addr` and `addrs` are added by whoever knows them. Upstream: collect_sys_info in global/global_init.cc
 */
export function daemonMetadata(program: ReadonlyMap<string, string>): Map<string, string> {
  const os = parseOsRelease(read("/etc/os-release"));
  const swap = /^SwapTotal:\s+(\d+)/m.exec(read("/proc/meminfo"))?.[1] ?? "0";
  const facts: Record<string, string | undefined> = {
    arch: Deno.build.arch,
    cpu: cpus()[0]?.model,
    distro: os.get("ID"),
    distro_description: os.get("PRETTY_NAME"),
    distro_version: os.get("VERSION_ID"),
    hostname: Deno.hostname(),
    kernel_description: read("/proc/sys/kernel/version").trim(),
    kernel_version: release(),
    mem_swap_kb: swap,
    mem_total_kb: String(Math.floor(totalmem() / 1024)),
    os: "Linux",
    container_hostname: Deno.env.get("CONTAINER_IMAGE") && Deno.hostname(),
    container_image: Deno.env.get("CONTAINER_IMAGE"),
    pod_name: Deno.env.get("POD_NAME"),
    pod_namespace: Deno.env.get("POD_NAMESPACE"),
    container_name: Deno.env.get("CONTAINER_NAME"),
  };
  const known = Object.entries(facts).filter((pair): pair is [string, string] => !!pair[1]);
  return new Map([...program, ...known].sort(([a], [b]) => (a < b ? -1 : 1)));
}
