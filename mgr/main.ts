/** The daemon's command line: configuration and start-up checks, then the manager until a signal ends it. */

import { getLogger } from "@logtape/logtape";
import { findKey } from "./auth/keyring.ts";
import { HELP, parseArgs, type RunInvocation } from "./config/args.ts";
import type { Config } from "./config/config.ts";
import { loadConfig, type LoadedConfig, monitorSources } from "./config/load.ts";
import { findMonitors } from "./config/mon_host.ts";
import { CEPH_VERSION } from "./config/release.ts";
import { systemResolver } from "./config/resolver.ts";
import { lockInstance } from "./instance_lock.ts";
import { configureLog, LogFile, type LogTarget } from "./log_file.ts";
import { Mgr, type MgrOptions } from "./mgr.ts";
import { setUserAndGroup } from "./privileges.ts";
import { systemClock } from "./time/clock.ts";

const log = getLogger(["ganglion", "main"]);

/** Runs `ceph-mgr ARGS`. Resolves with the exit code; whatever goes wrong is one line on stderr. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const invocation = parseArgs(args, Deno.env.toObject());
    if (invocation.kind === "help") return print(HELP);
    if (invocation.kind === "version") return print(`${CEPH_VERSION}\n`);
    return await run(invocation);
  } catch (e) {
    printError(`ceph-mgr: ${e instanceof Error ? e.message : e}\n`);
    return 1;
  }
}

async function run(invocation: RunInvocation): Promise<number> {
  for (const warning of invocation.warnings) printError(`ceph-mgr: ${warning}\n`);
  const loaded = await loadConfig(invocation);
  const { config } = loaded;
  if (invocation.showValue !== undefined) return print(`${config.text(invocation.showValue)}\n`);
  setUserAndGroup(invocation.setuser, invocation.setgroup);
  using _lock = lockInstance(config.text("mgr_data"));
  const logFile = openLog(config, invocation.logToStderr);
  const mgr = new Mgr({ ...await gather(loaded), logFile: logFile?.path });
  return await untilSignal(mgr, logFile);
}

/** What the manager needs that has to be looked up: its key, and where the monitors are. */
async function gather(loaded: LoadedConfig): Promise<Omit<MgrOptions, "logFile">> {
  const { config } = loaded;
  const entity = `mgr.${config.identity.id}`;
  const sources = {
    key: config.text("key"),
    keyfile: config.text("keyfile"),
    keyring: config.text("keyring"),
  };
  const key = usesCephx(config) ? findKey(sources, entity, (path) => Deno.readTextFileSync(path)) : undefined;
  const monitors = await findMonitors(monitorSources(loaded), systemResolver);
  return { config, key, monitors, clock: systemClock };
}

function usesCephx(config: Config): boolean {
  return config.text("auth_cluster_required").includes("cephx");
}

function openLog(config: Config, toStderr: boolean): LogFile | undefined {
  const path = config.text("log_file");
  let file: LogFile | undefined;
  if (config.get("log_to_file") && path !== "" && !toStderr) {
    try {
      file = new LogFile(path);
    } catch (e) {
      printError(
        `ceph-mgr: Cannot open log_file ${path}: ${e instanceof Error ? e.message : e}. Logging to stderr\n`,
      );
    }
  }
  const level = (name: string): number => Number(config.text(name).split("/")[0]);
  const places: Record<string, string> = { ms: "debug_ms", monc: "debug_monc" };
  const target: LogTarget = {
    file,
    stderr: file === undefined || config.get("log_to_stderr"),
    level: (place) => level(places[place] ?? "debug_mgr"),
  };
  configureLog(target);
  return file;
}

async function untilSignal(mgr: Mgr, logFile: LogFile | undefined): Promise<number> {
  const ended = Promise.withResolvers<number>();
  const stop = (signal: string) => () => {
    log.info(`received ${signal}, shutting down`);
    mgr.stop(signal).then(() => ended.resolve(0), (e) => ended.reject(e));
  };
  Deno.addSignalListener("SIGTERM", stop("SIGTERM"));
  Deno.addSignalListener("SIGINT", stop("SIGINT"));
  Deno.addSignalListener("SIGHUP", () => {
    logFile?.reopen();
    mgr.reopenLogs();
  });
  mgr.start().catch((e) => ended.reject(e));
  return await ended.promise;
}

function print(text: string): number {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
  return 0;
}

function printError(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
