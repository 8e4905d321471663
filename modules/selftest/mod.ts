/** The self-test: calls everything that a module can call, and misbehaves when a test asks for it. */

import {
  type ClusterLogPriority,
  type CommandOf,
  type HandleCommandResult,
  type HealthCheck,
  MethodNotFoundError,
  MgrModule,
  RemoteError,
} from "@ganglion/sdk";
import { OrchestratorError, type OrchResult, orchResult } from "@ganglion/sdk/orchestrator";
import { Background } from "./background.ts";
import { checkRemote, CHECKS } from "./checks/mod.ts";
import { COMMANDS, OPTIONS } from "./declarations.ts";
import { HealthInputError, readHealthChecks, withoutChecks } from "./health.ts";
import { pythonLine } from "./python_text.ts";
import { isWorkload, type WorkloadName, WORKLOADS } from "./workloads.ts";

type Prefix = keyof typeof COMMANDS;
type Call<P extends Prefix> = Extract<CommandOf<typeof COMMANDS>, { readonly prefix: P }>;
type Result = HandleCommandResult | Promise<HandleCommandResult>;
type Handlers = { readonly [P in Prefix]: (cmd: Call<P>) => Result };

const EINVAL = -22;
const EPERM = -1;
/** The words of `cluster-log`. */
const PRIORITIES = new Map<string, ClusterLogPriority>([
  ["info", "info"],
  ["security", "sec"],
  ["warning", "warn"],
  ["error", "error"],
]);

/** Tests the interface of modules from within a running manager. */
export default class SelfTest extends MgrModule<typeof OPTIONS, typeof COMMANDS> {
  static override readonly MODULE_OPTIONS = OPTIONS;
  static override readonly COMMANDS = COMMANDS;
  static override readonly EXPORTS = ["selfTest", "echo", "fail", "orchResultOf"] as const;
  readonly #background = new Background<WorkloadName>();
  #health: Readonly<Record<string, HealthCheck>> = {};

  readonly #handlers: Handlers = {
    "mgr self-test run": (cmd) => this.#run(cmd),
    "mgr self-test background start": ({ workload }) => this.#start(workload),
    "mgr self-test background stop": () => this.#stop(),
    "mgr self-test config get": ({ key }) => [0, pythonLine(this.getModuleOption(key as never)), ""],
    "mgr self-test config get_localized": (
      { key },
    ) => [0, pythonLine(this.getLocalizedModuleOption(key as never)), ""],
    "mgr self-test remote": () => this.#callOthers(),
    "mgr self-test module": ({ module }) => this.#testModule(module),
    "mgr self-test insights_set_now_offset": ({ hours }) => this.#setInsightsTime(hours),
    "mgr self-test health set": ({ checks }) => this.#setHealth(checks),
    "mgr self-test health clear": ({ checks }) => this.#clearHealth(checks),
    "mgr self-test cluster-log": (cmd) => this.#log(cmd),
    "mgr self-test python-version": () => [0, `${Deno.version.deno}\n`, ""],
  };

  override handleCommand(_inbuf: string, cmd: CommandOf<typeof COMMANDS>): Result {
    const handle: (cmd: never) => Result = this.#handlers[cmd.prefix];
    return handle(cmd as never);
  }

  override async serve(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.log.info("Waiting for workload request...");
      const request = await this.#background.next(signal);
      if (request !== undefined) {
        await WORKLOADS[request.workload](this, AbortSignal.any([signal, request.signal]));
      }
    }
    this.log.info("Shutting down...");
  }

  /** For `mgr self-test module selftest`: what needs no change of the cluster. */
  selfTest(): Promise<void> {
    return checkRemote(this);
  }

  /** What it was given. */
  echo(value: unknown): unknown {
    return value;
  }

  /** Nothing, ever. */
  fail(): never {
    throw new RangeError("synthetic exception in a remote call");
  }

  /** For the self-test of the orchestrator: an error on its way between modules. */
  orchResultOf(message: string): Promise<OrchResult> {
    return orchResult(() => {
      throw new OrchestratorError(message);
    });
  }

  async #run(cmd: Call<"mgr self-test run">): Promise<HandleCommandResult> {
    this.log.info("Running self-test procedure...");
    await this.authorizeCaller(cmd, {});
    for (const check of CHECKS) await check(this);
    this.log.info("Finished self-test procedure.");
    return [0, "", "Self-test succeeded"];
  }

  #start(workload: string): HandleCommandResult {
    if (!isWorkload(workload)) return [EINVAL, "", `Workload not found '${workload}'`];
    this.#background.start(workload);
    return [0, "", `Running \`${workload}\` in background`];
  }

  #stop(): HandleCommandResult {
    const stopped = this.#background.stop();
    if (stopped === undefined) return [0, "", "No background workload was running"];
    return [0, "", `Stopping background workload \`${stopped}\``];
  }

  async #callOthers(): Promise<HandleCommandResult> {
    await checkRemote(this);
    return [0, "", "Successfully called"];
  }

  /** A module without a test of its own passes, as in ceph-mgr, where all of them inherit an empty one. */
  async #testModule(module: string): Promise<HandleCommandResult> {
    try {
      return [0, pythonLine(await this.remote(module, "selfTest")), "Self-test OK"];
    } catch (e) {
      if (e instanceof MethodNotFoundError) return [0, pythonLine(undefined), "Self-test OK"];
      if (e instanceof RemoteError) return [EPERM, "", `Test failed: ${e.message}`];
      throw e;
    }
  }

  async #setInsightsTime(hours: string): Promise<HandleCommandResult> {
    if (!/^\s*[+-]?\d+\s*$/.test(hours)) {
      return [EPERM, "", `Timestamp must be numeric: invalid literal for int() with base 10: '${hours}'`];
    }
    await this.remote("insights", "testingSetNowTimeOffset", Number(hours));
    return [0, "", ""];
  }

  async #setHealth(json: string): Promise<HandleCommandResult> {
    try {
      this.#health = { ...this.#health, ...readHealthChecks(json) };
    } catch (e) {
      if (e instanceof HealthInputError) return [EPERM, "", e.message];
      throw e;
    }
    await this.setHealthChecks(this.#health);
    return [0, "", ""];
  }

  async #clearHealth(codes: readonly string[] | undefined): Promise<HandleCommandResult> {
    this.#health = withoutChecks(this.#health, codes);
    await this.setHealthChecks(this.#health);
    return [0, "", ""];
  }

  async #log(
    { channel, priority, message }: Call<"mgr self-test cluster-log">,
  ): Promise<HandleCommandResult> {
    const level = PRIORITIES.get(priority);
    if (level === undefined) {
      return [
        EINVAL,
        "",
        `Priority not found '${priority}': use one of ${[...PRIORITIES.keys()].join(", ")}`,
      ];
    }
    await this.clusterLog(channel, level, message);
    return [0, "", "Successfully called"];
  }
}
