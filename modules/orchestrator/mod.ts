/** `ceph orch`: the commands of the orchestrator, carried out by whichever backend is chosen. */

import {
  type CommandOf,
  type HandleCommandResult,
  MethodNotFoundError,
  MgrModule,
  ModuleNotFoundError,
  options,
  PermissionError,
} from "@ganglion/sdk";
import {
  NotImplementedError,
  OrchestratorClient,
  OrchestratorError,
  type OrchResult,
  unwrapResult,
} from "@ganglion/sdk/orchestrator";
import type { Cli, Handlers } from "./cli.ts";
import { APPLY_COMMANDS, applyHandlers } from "./commands/apply.ts";
import { BACKEND_COMMANDS, backendHandlers } from "./commands/backend.ts";
import { HOST_COMMANDS, hostHandlers } from "./commands/hosts.ts";
import { OSD_COMMANDS, osdHandlers } from "./commands/osds.ts";
import { SERVICE_COMMANDS, serviceHandlers } from "./commands/services.ts";
import { UPGRADE_COMMANDS, upgradeHandlers } from "./commands/upgrades.ts";

const OPTIONS = options({
  // Ceph names its three backends here; any module may be one.
  orchestrator: { type: "str", desc: "Orchestrator backend", runtime: true },
});

const COMMANDS = {
  ...BACKEND_COMMANDS,
  ...HOST_COMMANDS,
  ...SERVICE_COMMANDS,
  ...APPLY_COMMANDS,
  ...OSD_COMMANDS,
  ...UPGRADE_COMMANDS,
};

const HANDLERS: Handlers<typeof COMMANDS> = {
  ...backendHandlers,
  ...hostHandlers,
  ...serviceHandlers,
  ...applyHandlers,
  ...osdHandlers,
  ...upgradeHandlers,
};

const ENOENT = -2;

/** Asks the backend what users ask. */
export default class OrchestratorCli extends MgrModule<typeof OPTIONS, typeof COMMANDS> {
  static override readonly MODULE_OPTIONS = OPTIONS;
  static override readonly COMMANDS = COMMANDS;
  static override readonly EXPORTS = ["selectOrchestrator", "selfTest"] as const;

  readonly #cli: Cli = {
    orchestrator: new OrchestratorClient(this, () => this.selectOrchestrator()),
    backend: () => this.selectOrchestrator(),
    setBackend: (name) => this.#setBackend(name),
    isOption: (name) => this.#isOption(name),
  };

  override async handleCommand(inbuf: string, cmd: CommandOf<typeof COMMANDS>): Promise<HandleCommandResult> {
    const handle: (cli: Cli, cmd: never, inbuf: string) => string | Promise<string> = HANDLERS[cmd.prefix];
    try {
      return [0, endLine(await handle(this.#cli, cmd as never, inbuf)), ""];
    } catch (e) {
      return refusal(e, cmd.prefix);
    }
  }

  /** Name of the backend; undefined when none is chosen. */
  selectOrchestrator(): string | undefined {
    return this.getModuleOption("orchestrator") || undefined;
  }

  /**
   * For `mgr self-test module orchestrator`: the backend can be left and chosen again, and an error of a backend is still
   * one of its class when it has come from another module.
   */
  async selfTest(): Promise<void> {
    const backend = this.selectOrchestrator();
    await this.#setBackend(undefined);
    if (this.selectOrchestrator() !== undefined) {
      throw new Error("Cannot leave the backend: it is still chosen");
    }
    await this.#setBackend(backend);
    const result = await this.remote("selftest", "orchResultOf", "hello, world") as OrchResult;
    try {
      unwrapResult(result);
    } catch (e) {
      if (e instanceof OrchestratorError && e.message === "hello, world") return;
      throw e;
    }
    throw new Error("Cannot pass the self-test: an OrchestratorError has come as a result");
  }

  /** Rejects when that cannot be asked. */
  async #isOption(name: string): Promise<boolean> {
    try {
      await this.getForeignCephOption("mon", name);
      return true;
    } catch (e) {
      if (e instanceof PermissionError) throw e;
      return false;
    }
  }

  /** It must be there and be a backend; that it is disabled later cannot be kept from happening. */
  async #setBackend(name: string | undefined): Promise<void> {
    if (name === undefined) return await this.setModuleOption("orchestrator", null);
    const { available_modules, modules } = await this.get("mgr_map", {
      fields: ["available_modules", "modules"],
    });
    if (!available_modules.some((module) => module.name === name && module.can_run)) {
      throw new OrchestratorError(`Module '${name}' not found`);
    }
    if (!modules.includes(name)) {
      throw new OrchestratorError(
        `Module '${name}' is not enabled. \n Run \`ceph mgr module enable ${name}\` to enable.`,
      );
    }
    if (!await this.#isBackend(name)) throw new OrchestratorError(`'${name}' is not an orchestrator module`);
    await this.setModuleOption("orchestrator", name);
  }

  async #isBackend(name: string): Promise<boolean> {
    try {
      return await this.remote(name, "isOrchestratorModule") === true;
    } catch (e) {
      if (e instanceof MethodNotFoundError) return false;
      throw e;
    }
  }
}

/** Outputs are lines; ceph-mgr ends the last one itself. */
function endLine(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** What a user can mend is a line; anything else is a fault, and thrown on. Upstream: handle_exception */
function refusal(error: unknown, prefix: string): HandleCommandResult {
  if (error instanceof NotImplementedError) {
    return [ENOENT, "", `This Orchestrator does not support \`${prefix}\``];
  }
  if (error instanceof OrchestratorError) return [error.errno, "", error.message];
  if (error instanceof ModuleNotFoundError) return [ENOENT, "", "Module not found"];
  throw error;
}
