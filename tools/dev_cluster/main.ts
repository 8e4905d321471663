/** `deno task mgr` with no cluster to join: monitor, OSDs and manager under ./.dev, until Ctrl-C. */

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../mgr/time/clock.ts";
import { print, printError } from "../print.ts";
import { userModules } from "../user_modules.ts";
import { OWN_MODULES } from "./conf.ts";
import { DevCluster } from "./dev_cluster.ts";
import { ClusterDirectory, DirectoryError } from "./directory.ts";
import { missingGrants } from "./grants.ts";
import type { DevOptions } from "./invocation.ts";
import { Reloads, watchDirectories } from "./module_watch.ts";
import { reloadModule } from "./reload_command.ts";
import { screenText } from "./screen.ts";

const DIRECTORY = ".dev";
const MAIN = fileURLToPath(import.meta.resolve("./manager.ts"));
const CONFIG = fileURLToPath(import.meta.resolve("../../deno.json"));
/** A manager that is not available by then has a problem that its log tells. */
const START_MS = 30_000;
const POLL_MS = 50;

/** Runs until a signal ends it. Resolves with the exit code; whatever goes wrong is one line on stderr. */
export async function runDevCluster({ fresh, watch, modules }: DevOptions): Promise<number> {
  try {
    const roots = moduleRoots(modules);
    using directory = ClusterDirectory.open(DIRECTORY, fresh);
    const ended = Promise.withResolvers<number>();
    await using cluster = DevCluster.start({
      directory,
      clock: systemClock,
      modules: roots,
      onFatal(error) {
        printError(
          `Cannot go on: ${error.message}. What was acknowledged before is kept: mend it and start again`,
        );
        ended.resolve(1);
      },
    });
    const grant = (): void => {
      const missing = missingGrants(roots, cluster.monitor.state.kv.values);
      if (missing.size > 0) cluster.monitor.commit({ kv: missing });
    };
    grant();
    using _watch = watch ? startWatch(directory.conf, [OWN_MODULES, ...roots], grant) : undefined;
    return await runManager(cluster, ended);
  } catch (e) {
    if (!(e instanceof DirectoryError)) throw e;
    printError(e.message);
    return 1;
  }
}

/** Beside our own modules: those of `--modules`, else those in the usual place. Throws DirectoryError. */
function moduleRoots(named: string | undefined): string[] {
  const usual = userModules((variable) => Deno.env.get(variable));
  if (named === undefined) return usual === undefined || /[,;\s]/.test(usual) ? [] : [usual];
  const path = resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), named);
  if (/[,;\s]/.test(path)) {
    throw new DirectoryError(
      `Cannot use --modules ${path}: mgr_module_path separates paths by blanks and commas`,
    );
  }
  return [path];
}

function startWatch(conf: string, roots: readonly string[], grant: () => void): Disposable {
  const stop = new AbortController();
  const directoryOf = (module: string): string =>
    roots.map((root) => `${root}/${module}`).find((path) => exists(path)) ?? module;
  const reloads = new Reloads(systemClock, (module) => {
    grant();
    return reloadModule(conf, module, () => directoryOf(module));
  });
  const watched = watchDirectories(roots, stop.signal, (module) => reloads.changed(module));
  print(`Watching the modules in ${watched.join(" and ")}`);
  return {
    [Symbol.dispose]() {
      stop.abort();
      reloads.stop();
    },
  };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

async function runManager(cluster: DevCluster, ended: PromiseWithResolvers<number>): Promise<number> {
  const { directory } = cluster;
  const id = directory.plan.mgr;
  const manager = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", CONFIG, MAIN, "-i", id, "-c", directory.conf, "-f"],
    stdin: "null",
  }).spawn();
  let stopping = false;
  const stop = (): void => {
    stopping = true;
    ended.resolve(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  Deno.addSignalListener("SIGTERM", stop);
  const over = manager.status.then(({ code, signal }) => {
    if (stopping) return;
    printError(`mgr.${id} has ended (${signal ?? code}). Its log: ${directory.log}/mgr.${id}.log`);
    ended.resolve(1);
  });
  const isUp = (): boolean => {
    const { mgr, osd } = cluster.monitor.state;
    return mgr.map.available && osd.counts.up >= directory.plan.osds;
  };
  const available = await untilUp(isUp, ended.promise);
  if (available) print(screenText(cluster));
  else printError(`mgr.${id} is not available yet. Its log: ${directory.log}/mgr.${id}.log`);
  const code = await ended.promise;
  stopping = true;
  Deno.removeSignalListener("SIGINT", stop);
  Deno.removeSignalListener("SIGTERM", stop);
  try {
    manager.kill("SIGTERM");
  } catch {
    // It is gone already.
  }
  await over;
  return code;
}

/** False when it takes too long, or the cluster ends before. */
async function untilUp(isUp: () => boolean, ended: Promise<number>): Promise<boolean> {
  const deadline = performance.now() + START_MS;
  let over = false;
  ended.then(() => over = true);
  while (!isUp()) {
    if (over || performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}
