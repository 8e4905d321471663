/** The life of one module: described, started when it is wanted, restarted when it dies, stopped under a deadline. */

import { getLogger } from "@logtape/logtape";
import { atMost } from "../time/clock.ts";
import { andMore, type RateLimit } from "../time/rate_limit.ts";
import { LogPrio } from "../types/log_entry.ts";
import type { ModuleInfo } from "../types/module_info.ts";
import { askAbility, askDescription, MAX_REASON_CHARS, unable } from "./ask_module.ts";
import type { Permit } from "./call_permits.ts";
import type { Ability, CommandAnswer, ModuleDescription, Pairs } from "./contract.ts";
import { Deaths } from "./deaths.ts";
import { Demand } from "./demand.ts";
import type { KnownModule } from "./descriptions.ts";
import { messageOf } from "./message_of.ts";
import { clusterLogLimit } from "./module_calls.ts";
import { instanceState, type ModuleHome, type ModuleState, type Target } from "./module_home.ts";
import { ModuleLog } from "./module_log.ts";
import { moduleOptions, optionReader, optionTexts } from "./module_options.ts";
import { type ModulePermissions, modulePermissions } from "./module_permissions.ts";
import type { ModuleProcess } from "./module_process.ts";
import { ModuleReports } from "./module_reports.ts";
import { ModuleSandbox } from "./module_sandbox.ts";
import { type ModuleCommand, ModuleWork } from "./module_work.ts";
import { startModule } from "./module_start.ts";
import { Notifier } from "./notifier.ts";
import type { FoundModule } from "./registry.ts";
import { RemoteCallError } from "./rpc.ts";
import { Waiters } from "./waiters.ts";

const log = getLogger(["ganglion", "host"]);

/** The constructor; nothing is to be waited for there. */
const CONSTRUCT_TIMEOUT_MS = 10_000;
/** A module that has not dealt with a notification by then is told the next one. */
const NOTIFY_TIMEOUT_MS = 60_000;
/** shutdown() and the end of serve(). */
export const SHUTDOWN_TIMEOUT_MS = 5_000;
const NOT_ASKED = "it has not said yet what it is";

/** One module, enabled or not. */
export class ManagedModule {
  readonly name: string;
  /** As its deno.json says. */
  readonly version: string;
  readonly permissions: ModulePermissions;
  /** Deaths of its processes in the last minutes. */
  readonly deaths: Deaths;
  /** What it says to the cluster. */
  readonly reports: ModuleReports;
  /** What asks for it; undefined for a module that runs while it is enabled. */
  readonly demand: Demand | undefined;
  readonly #found: FoundModule;
  readonly #home: ModuleHome;
  readonly #log: ModuleLog;
  readonly #changes = new Waiters();
  #description: ModuleDescription | undefined;
  #ability: Ability;
  #target: Target = "off";
  /** Counts the changes of the target: off and on again is a change too. */
  #wish = 0;
  /** The wish that is being served, by an instance that is constructed. */
  #served: number | undefined;
  #state: ModuleState = "stopped";
  #failure: string | undefined;
  #process: ModuleProcess | undefined;
  #life: Promise<void> | undefined;
  /** The end of the one whose place it takes: two processes of one module would meet at its port and its keys. */
  #predecessor: Promise<void> | undefined;
  #closed = false;
  readonly #clusterLogLimit: RateLimit;
  readonly #work: ModuleWork;
  #options: Pairs<string> = [];
  readonly sandbox: ModuleSandbox;
  readonly #notifier = new Notifier((type, id) => this.#tell(type, id));

  constructor(found: FoundModule, home: ModuleHome) {
    this.name = found.name;
    this.version = found.manifest?.version ?? "";
    this.#found = found;
    this.#home = home;
    this.permissions = modulePermissions(found, home);
    this.#work = new ModuleWork(found.name);
    this.deaths = new Deaths(home.clock, () => this.sandbox.limit("limit_restart_pause") * 1000);
    this.#clusterLogLimit = clusterLogLimit(home.clock);
    this.reports = new ModuleReports(home.link);
    const onDemand = found.manifest?.onDemand;
    this.demand = onDemand && new Demand(home.clock, onDemand.wakeMs, home.demandChanged);
    const option = optionReader(found.name, home, () => this.#description?.options);
    this.sandbox = new ModuleSandbox(this.permissions, option, home.reserved);
    this.#log = new ModuleLog(found.name, {
      clock: home.clock,
      option,
      debugLevel: () => home.link.debugLevel(),
      logFile: () => home.link.logFile(),
      clusterLog: (channel, priority, text) => {
        this.#clusterLogLimit.take((more) => home.link.clusterLog(channel, priority, text + andMore(more)));
      },
    });
    this.#ability = { can: false, reason: found.problem ?? NOT_ASKED };
  }

  get description(): ModuleDescription | undefined {
    return this.#description;
  }

  /** Whether it can run, and why not. */
  get ability(): Ability {
    return this.#ability;
  }

  get state(): ModuleState {
    return this.#state;
  }

  /** What it threw; undefined while it has not failed. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** While it serves. */
  get process(): Pick<ModuleProcess, "pid" | "traffic"> | undefined {
    return this.#process;
  }

  /** As beacons tell it. */
  get info(): ModuleInfo {
    const { name, ability: { can, reason } } = this;
    const declared = moduleOptions(this.#description?.options ?? {});
    return { name, canRun: can, errorString: reason, moduleOptions: declared };
  }

  /** What is worth remembering of it until its files change. */
  get known(): KnownModule {
    const description = this.#description;
    return { description, problem: description === undefined ? this.#ability.reason : undefined };
  }

  /** Learns what the module declares, from `known` when nothing of it has changed, and whether it can run here. */
  async describe(known: KnownModule | undefined): Promise<void> {
    if (this.#found.problem !== undefined) return;
    this.#description = known?.description;
    this.#ability = { can: false, reason: known?.problem ?? NOT_ASKED };
    try {
      this.#description ??= await askDescription(() => this.#start());
      await this.askAbility();
    } catch (e) {
      this.#ability = unable(e);
    }
  }

  /** Asks whether it can run here: when it is found, and when its permissions are others. */
  async askAbility(): Promise<void> {
    this.#ability = this.#description?.hasCanRun
      ? await askAbility(() => this.#start(undefined, this.sandbox.forAsking()))
      : { can: true, reason: "" };
  }

  /** The operator may have decided: calls are allowed by it from now on, another sandbox is another process. */
  permissionsChanged(): boolean {
    if (!this.permissions.reread()) return false;
    this.reports.restrict((verb) => this.permissions.has(verb));
    this.#process?.forgetHeld();
    this.#renewSandbox();
    return true;
  }

  #renewSandbox(): void {
    if (this.#isAsleep || this.#closed || !this.sandbox.isOutdated) return;
    log.info(`module ${this.name}: its sandbox is another one now, restarting it`);
    this.#beginAnew();
  }

  #beginAnew(): void {
    this.#failure = undefined;
    this.#wish++;
    this.#changes.wake();
  }

  /** Changes what the module is wanted for; follows soon. Off and on again lets a failed module try anew. */
  want(target: Target): void {
    if (target === this.#target || this.#closed) return;
    this.permissions.wanted(target !== "off");
    if (target === "off") this.reports.forget();
    this.#target = target;
    this.#life ??= this.#live();
    // Another role is another life.
    this.#beginAnew();
  }

  /** Takes the place of another version of the same module: ends it, and starts when it has ended. */
  succeed(other: ManagedModule): void {
    this.#predecessor = other.close();
    // Of a version that cannot be loaded the commands stay, to say so.
    this.#description ??= other.#description;
  }

  /** Ends the module for good. */
  async close(): Promise<void> {
    this.#closed = true;
    this.demand?.follow(false);
    this.#wish++;
    this.#target = "off";
    this.#changes.wake();
    await this.#life;
  }

  /** Why it answers nothing, and will not before long; undefined while it may. */
  get trouble(): string | undefined {
    return this.#failure ?? (this.#state === "died" ? this.deaths.absence : undefined);
  }

  /** Waits until it serves or will not: false when neither happens in time. */
  settled(ms: number): Promise<boolean> {
    const isSettled = (): boolean =>
      (this.#served === this.#wish && this.#process?.isOpen) || this.trouble !== undefined ||
      this.#isAsleep;
    return this.#changes.until(this.#home.clock, ms, isSettled);
  }

  /** Carries out a command. Rejects with ProcessEndedError when the module's process ends meanwhile. */
  async command(command: ModuleCommand): Promise<CommandAnswer> {
    return await this.#work.command(this.#running, command);
  }

  /** Calls one of its exports; undefined when it has too much to do. Rejects with what it threw, or ProcessEndedError. */
  remote(method: string, args: Uint8Array): Promise<unknown> | undefined {
    return this.#work.remote(this.#running, method, args);
  }

  get #running(): ModuleProcess {
    if (this.#process === undefined) throw new Error("it is not running");
    return this.#process;
  }

  /** Options have changed, perhaps those of this module. */
  optionsChanged(): void {
    const texts = optionTexts(this.#home.link.config(), this.name);
    if (JSON.stringify(texts) === JSON.stringify(this.#options)) return;
    this.#options = texts;
    this.#process?.call("optionsChanged", texts);
    this.#renewSandbox();
  }

  /** Values have changed; keys without the front. */
  storeChanged(changes: Pairs<Uint8Array | null>): void {
    this.#process?.call("storeChanged", changes);
  }

  dataChanged(): void {
    this.#process?.tellOutdated();
  }

  notify(type: string, id: unknown): void {
    if (this.#state === "serving" && this.#description?.notifyTypes.includes(type)) {
      this.#notifier.notify(type, id);
    }
  }

  /** Notifications that it was too busy for. */
  get notificationsLeftOut(): number {
    return this.#notifier.leftOut;
  }

  reopenLog(): void {
    this.#log.reopen();
  }

  /** A notification that hangs must not hold up those that follow for ever. */
  async #tell(type: string, id: unknown): Promise<void> {
    const process = this.#process;
    if (process === undefined) return;
    await process.within(NOTIFY_TIMEOUT_MS, `notify("${type}")`, process.call("notify", type, id));
  }

  async #live(): Promise<void> {
    await this.#predecessor;
    while (!this.#closed) {
      if (this.#isAsleep || this.#failure !== undefined) {
        this.#enter(this.#failure !== undefined ? "failed" : this.#target === "idle" ? "idle" : "stopped");
        await this.#changes.next();
      } else await this.#incarnation();
    }
    this.#enter("stopped");
  }

  /** One process, from its start to its end. */
  async #incarnation(): Promise<void> {
    this.#enter("starting");
    let process: ModuleProcess | undefined;
    const permit: Permit = { role: undefined };
    try {
      process = await this.#start(permit, this.sandbox.begin());
      await process.load();
      if (this.#target === "warm") {
        // A process that is only kept warm waits here until it is needed.
        this.#enter("ready");
        await this.#whileWanted(process, this.#wish);
      }
      const role = this.#target;
      if (role === "active" || role === "standby") await this.#serve(process, role, permit);
      await process.kill("it is not wanted any more");
    } catch (e) {
      if (e instanceof RemoteCallError) this.#fail(e.message);
      await process?.kill("it failed");
      if (!(e instanceof RemoteCallError)) await this.#died(messageOf(e));
    }
  }

  async #serve(process: ModuleProcess, role: "active" | "standby", permit: Permit): Promise<void> {
    const wish = this.#wish;
    permit.role = role;
    const state = instanceState(this.name, role, this.#home);
    this.#options = state.options;
    const construct = process.call("construct", state);
    // From here on it hears of changes: they follow the state that it is made with.
    this.#process = process;
    try {
      await process.within(CONSTRUCT_TIMEOUT_MS, "its constructor", construct);
      this.#served = wish;
      this.#enter("serving");
      await this.#whileWanted(process, wish);
      if (this.#failure === undefined) await this.#shutdown(process);
    } finally {
      permit.role = this.#process = this.#served = undefined;
      if (this.#target === "idle") this.reports.forgetWork();
      else this.reports.forget();
    }
  }

  /** Nothing of it runs, or is about to. */
  get #isAsleep(): boolean {
    return this.#target === "off" || this.#target === "idle";
  }

  /** Returns when it is wanted for something else, or has failed; rejects when the process ends. */
  async #whileWanted(process: ModuleProcess, wish: number): Promise<void> {
    const ended = process.ended.then((reason) => Promise.reject(reason));
    ended.catch(() => {});
    while (this.#wish === wish && this.#failure === undefined) {
      await Promise.race([this.#changes.next(), ended]);
    }
  }

  async #shutdown(process: ModuleProcess): Promise<void> {
    this.#enter("stopping");
    try {
      await process.within(SHUTDOWN_TIMEOUT_MS, "its shutdown", process.call("shutdown"));
    } catch (e) {
      log.warn(`module ${this.name} is killed: ${messageOf(e)}`);
    }
  }

  #start(permit: Permit = { role: undefined }, confines = this.sandbox.bare()): Promise<ModuleProcess> {
    const { name, permissions, reports } = this;
    return startModule({
      ...{ name, permissions, reports, permit, confines },
      found: this.#found,
      home: this.#home,
      log: this.#log,
      work: this.#work,
      limit: this.sandbox.limit,
      clusterLogLimit: this.#clusterLogLimit,
      description: () => this.#description,
      failed: (message) => this.#fail(message),
      served: () => this.demand?.served(),
    });
  }

  /** It threw where nobody could answer for it. Upstream: "Unhandled exception from module" */
  #fail(message: string): void {
    if (this.#failure !== undefined || this.#isAsleep) return;
    this.#failure = message.slice(0, MAX_REASON_CHARS);
    const { link, mgrId } = this.#home;
    log.error(`module ${this.name} has failed: ${this.#failure}`);
    const running = `module '${this.name}' while running on mgr.${mgrId}`;
    link.clusterLog("cluster", LogPrio.error, `Unhandled exception from ${running}: ${this.#failure}`);
    this.reports.forget();
    link.changed("health");
    this.#changes.wake();
  }

  async #died(reason: string): Promise<void> {
    if (this.#closed) return;
    const pause = this.deaths.add(reason);
    log.error(`module ${this.name}: ${reason}; the next start is in ${pause / 1000} s`);
    this.#home.link.changed("health");
    this.#enter("died");
    const wish = this.#wish;
    await atMost(this.#home.clock, pause, this.#changes.when(() => this.#wish !== wish));
  }

  #enter(state: ModuleState): void {
    this.#state = state;
    this.#changes.wake();
  }
}
