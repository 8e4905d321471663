/** The edge of this folder: command line, environment and files of this machine -> Config. */

import { hostname } from "node:os";
import type { RunInvocation } from "./args.ts";
import { type CephConf, EMPTY_CONF, parseCephConf } from "./ceph_conf.ts";
import { Config } from "./config.ts";
import { clusterName, confPaths } from "./find_conf.ts";
import type { MonitorSources } from "./mon_host.ts";

/** A configuration and the file it came from. */
export interface LoadedConfig {
  readonly config: Config;
  /** Undefined when no ceph.conf was found: only defaults, environment and command line. */
  readonly path: string | undefined;
  readonly file: CephConf;
}

/**
 * Finds and reads ceph.conf and builds the layers. Throws ConfError for a file that cannot be parsed and an Error when
 * the file of `-c` does not exist or cannot be read.
 */
export async function loadConfig(invocation: RunInvocation): Promise<LoadedConfig> {
  const env = { conf: Deno.env.get("CEPH_CONF"), home: Deno.env.get("HOME") ?? "" };
  const search = confPaths({ ...invocation, home: env.home, ...(env.conf ? { envConf: env.conf } : {}) });
  const found = await readFirst(search.paths);
  if (!found && search.required) {
    throw new Error(`Cannot read ceph.conf: there is no ${search.paths.join(", ")}`);
  }
  const file = found ? parseCephConf(found.text, found.path) : EMPTY_CONF;
  const config = new Config({
    type: "mgr",
    id: invocation.id,
    cluster: clusterName(invocation.cluster, found?.path),
    host: hostname().split(".")[0]!,
    pid: Deno.pid,
    home: env.home,
    file,
    env: invocation.envOptions,
    cmdline: invocation.options,
    defaults: invocation.defaults,
  });
  return { config, path: found?.path, file };
}

async function readFirst(paths: readonly string[]): Promise<{ path: string; text: string } | undefined> {
  for (const path of paths) {
    try {
      return { path, text: await Deno.readTextFile(path) };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        throw new Error(`Cannot read ceph.conf: ${path}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
  return undefined;
}

/** Where this configuration says that monitors are: the arguments of findMonitors(). */
export function monitorSources({ config, file }: Pick<LoadedConfig, "config" | "file">): MonitorSources {
  const sections = new Map<string, string>();
  for (const [section, values] of file.sections) {
    const text = values.get("mon_addr") ?? values.get("public_addr");
    if (section.startsWith("mon.") && text !== undefined) sections.set(section.slice("mon.".length), text);
  }
  return {
    monHost: config.get("mon_host_override") || config.get("mon_host"),
    sections,
    srvName: config.get("mon_dns_srv_name"),
  };
}
