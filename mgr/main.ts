/** The daemon's command line: configuration and start-up checks, then the manager until a signal ends it. */

import { getLogger } from "@logtape/logtape";
import { allowedMethods, policyProblems } from "./auth_policy.ts";
import { METHOD_CEPHX } from "./auth/authorizer.ts";
import { findKey } from "./auth/keyring.ts";
import { HELP, parseArgs, type RunInvocation } from "./config/args.ts";
import type { Config } from "./config/config.ts";
import { loadConfig, type LoadedConfig, monitorSources } from "./config/load.ts";
import { findMonitors } from "./config/mon_host.ts";
import { CEPH_VERSION } from "./config/release.ts";
import { systemResolver } from "./config/resolver.ts";
import { DaemonLog } from "./daemon_log.ts";
import { lockInstance } from "./instance_lock.ts";
import { copyPackages, ownPackages } from "./host/own_packages.ts";
import { keepInheritedFiles } from "./inherited_files.ts";
import { Mgr, type MgrOptions } from "./mgr.ts";
import { openFileLimit, openFileWarning } from "./open_files.ts";
import { givesUpRoot, setUserAndGroup } from "./privileges.ts";
import { trimMemory } from "./spare_memory.ts";
import { systemClock } from "./time/clock.ts";
import { EntityType } from "./types/entity_name.ts";

const log = getLogger(["ganglion", "main"]);

/** A terminal and systemd send a signal to us and to `deno task`, which hands it on: that is one signal. */
const SAME_SIGNAL_MS = 2_000;
/** A shell shows a process that a signal ended as 128 and the signal's number. */
const SIGNAL_NUMBERS: Readonly<Partial<Record<Deno.Signal, number>>> = { SIGINT: 2, SIGTERM: 15 };

/** What a program that is no mere daemon may want of it. */
export type Extras = Pick<MgrOptions, "trusted">;

/** Runs `ceph-mgr ARGS`. Resolves with the exit code; whatever goes wrong is one line on stderr. */
export async function main(args: readonly string[], extras: Extras = {}): Promise<number> {
  try {
    const invocation = parseArgs(args, Deno.env.toObject());
    if (invocation.kind === "help") return print(HELP);
    if (invocation.kind === "version") return print(`${CEPH_VERSION}\n`);
    return await run(invocation, extras);
  } catch (e) {
    printError(reasonOf(e));
    return 1;
  }
}

async function run(invocation: RunInvocation, extras: Extras): Promise<number> {
  for (const warning of invocation.warnings) printError(warning);
  const loaded = await loadConfig(invocation);
  const { config } = loaded;
  if (invocation.showValue !== undefined) return print(`${config.text(invocation.showValue)}\n`);
  for (const problem of [...config.problems, ...policyProblems(config)]) printError(problem);
  const packages = givesUpRoot(invocation)
    ? copyPackages(`${config.text("mgr_data")}/packages`)
    : ownPackages();
  setUserAndGroup(invocation);
  using _lock = lockInstance(config.text("mgr_data"));
  const options = await gather(loaded);
  const daemonLog = new DaemonLog(config, invocation.logToStderr, printError);
  const warning = openFileWarning(openFileLimit());
  if (warning !== undefined) log.warn(warning);
  if (!keepInheritedFiles()) log.info("modules inherit the files that this process was started with");
  trimMemory(systemClock);
  try {
    const mgr = new Mgr({ ...options, ...extras, logFile: () => daemonLog.path, packages });
    return await untilSignal(mgr, daemonLog);
  } catch (e) {
    // Of what is in the log stderr shows the errors, this one too.
    log.fatal(reasonOf(e));
    return 1;
  }
}

/** What the manager needs that has to be looked up: its key, and where the monitors are. */
async function gather(loaded: LoadedConfig): Promise<Omit<MgrOptions, "logFile" | "packages">> {
  const { config } = loaded;
  const entity = `mgr.${config.identity.id}`;
  const sources = {
    key: config.text("key"),
    keyfile: config.text("keyfile"),
    keyring: config.text("keyring"),
  };
  const monitors = await findMonitors(monitorSources(loaded), systemResolver).catch((e) => {
    if (loaded.path !== undefined) throw e;
    throw new Error(`${reasonOf(e)}; no ceph.conf was found, name one with -c`);
  });
  const key = usesCephx(config) ? findKey(sources, entity, (path) => Deno.readTextFileSync(path)) : undefined;
  return { config, key, monitors, clock: systemClock };
}

function usesCephx(config: Config): boolean {
  return allowedMethods(config, EntityType.mon).includes(METHOD_CEPHX);
}

/** SIGTERM and SIGINT end it in order; a later one at once. Resolves with the exit code, rejects when it cannot go on. */
async function untilSignal(mgr: Mgr, daemonLog: DaemonLog): Promise<number> {
  const ended = Promise.withResolvers<number>();
  let first: number | undefined;
  const stop = (signal: Deno.Signal) => () => {
    const now = systemClock.now();
    if (first !== undefined) {
      return now - first > SAME_SIGNAL_MS && ended.resolve(128 + SIGNAL_NUMBERS[signal]!);
    }
    first = now;
    log.info(`received ${signal}, shutting down`);
    mgr.stop(signal).then(() => ended.resolve(0), ended.reject);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, stop(signal));
  Deno.addSignalListener("SIGHUP", () => reopen(mgr, daemonLog));
  dieOfBugs(ended.reject);
  mgr.start().catch(ended.reject);
  return await ended.promise;
}

function reopen(mgr: Mgr, daemonLog: DaemonLog): void {
  try {
    daemonLog.reopen();
    mgr.reopenLogs();
  } catch (e) {
    log.error(`Cannot open the log files anew, going on with the old ones: ${reasonOf(e)}`);
  }
}

/** An error that nobody caught is a bug of ours: one line where everybody looks, its stack in the log. */
function dieOfBugs(end: (reason: Error) => void): void {
  const die = (event: Event, error: unknown): void => {
    event.preventDefault();
    log.warn(error instanceof Error ? error.stack ?? error.message : String(error));
    end(new Error(`Cannot go on, this is a bug in the manager: ${reasonOf(error)}`));
  };
  globalThis.addEventListener("error", (event) => die(event, event.error));
  globalThis.addEventListener("unhandledrejection", (event) => die(event, event.reason));
}

function print(text: string): number {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
  return 0;
}

function printError(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`ceph-mgr: ${text}\n`));
}

function reasonOf(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
