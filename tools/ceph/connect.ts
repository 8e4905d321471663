/** From settings to a session: finds key and monitors, logs in, and says why when that fails. */

import { findKey, KeyError, type KeySources } from "../../mgr/auth/keyring.ts";
import { monitorSources } from "../../mgr/config/load.ts";
import { findMonitors, type MonitorSeed } from "../../mgr/config/mon_host.ts";
import { systemResolver } from "../../mgr/config/resolver.ts";
import { ConMode } from "../../mgr/msgr/authenticator.ts";
import { AuthRefusedError } from "../../mgr/msgr/errors.ts";
import { type EntityAddr, formatTypedAddr } from "../../mgr/types/entity_addr.ts";
import { formatEntityName } from "../../mgr/types/entity_name.ts";
import { CliError, ConnectError, connectError, reasonText } from "./cli_error.ts";
import { Cluster, type ClusterEvents } from "./cluster.ts";
import { Errno } from "./errno.ts";
import type { CliIo } from "./io.ts";
import { ClientLogin, type LoginOptions } from "./login.ts";
import type { Settings } from "./settings.ts";
import type { WaitingNotes } from "./waiting_notes.ts";

/** client_mount_timeout: how long librados looks for a monitor when nobody says how long. */
const DEFAULT_TIMEOUT_MS = 300_000;

/** Opens a session. Throws ConnectError after `timeoutMs` (0: 300 s), or at once when nobody lets us in. */
export async function connect(
  settings: Settings,
  io: CliIo,
  notes: WaitingNotes,
  timeoutMs: number,
): Promise<Cluster> {
  const { options: login, problem } = loginOptions(settings);
  const attempt = new ConnectAttempt(settings, notes, problem);
  const { config } = settings;
  const cluster = new Cluster({
    login: new ClientLogin(login),
    freshLogin: () => new ClientLogin(login),
    monitors: await monitors(settings),
    monModes: modes(config.text("ms_mon_client_mode")),
    modes: modes(config.text("ms_client_mode")),
    hostname: config.identity.host,
  }, attempt);
  const onInterrupt = (): void => attempt.fail(new CliError("Cluster connection aborted", 1));
  io.interrupted.addEventListener("abort", onInterrupt, { once: true });
  const timer = setTimeout(() => attempt.timedOut(timeoutMs), timeoutMs || DEFAULT_TIMEOUT_MS);
  try {
    cluster.start();
    await attempt.settled;
    return cluster;
  } catch (e) {
    cluster.close();
    throw e;
  } finally {
    clearTimeout(timer);
    notes.done();
    io.interrupted.removeEventListener("abort", onInterrupt);
  }
}

/** What is known while nobody has let us in. */
class ConnectAttempt implements ClusterEvents {
  readonly #settings: Settings;
  readonly #notes: WaitingNotes;
  readonly #problem: KeyError | undefined;
  readonly #outcome = Promise.withResolvers<void>();
  readonly #failures = new Map<string, string>();

  constructor(settings: Settings, notes: WaitingNotes, problem: KeyError | undefined) {
    this.#settings = settings;
    this.#notes = notes;
    this.#problem = problem;
  }

  get settled(): Promise<void> {
    return this.#outcome.promise;
  }

  connected(): void {
    this.#outcome.resolve();
  }

  fail(error: CliError): void {
    this.#outcome.reject(error);
  }

  hopeless(reason: Error): void {
    this.fail(connectError(reason.message, Errno.ENOENT));
  }

  /** A refusal is the end, whatever another monitor would say. */
  attemptFailed(addr: EntityAddr, reason: Error): void {
    if (reason instanceof AuthRefusedError) return this.#refused(reason);
    this.#failures.set(formatTypedAddr(addr).replace(/\/0$/, ""), reasonText(reason));
    this.waiting(this.#noAnswer());
  }

  #refused({ message, errno }: AuthRefusedError): void {
    if (this.#problem) return this.fail(keyError(this.#problem));
    this.fail(connectError(errno === -Errno.EACCES ? this.#wrongKey() : message, -errno));
  }

  sessionUp(): void {
    this.#notes.over();
  }

  waiting(why: string): void {
    this.#notes.waiting(why);
  }

  timedOut(limitMs: number): void {
    const error = connectError(this.#noAnswer(), Errno.ETIMEDOUT);
    this.fail(limitMs === 0 ? error : new ConnectError(error.reason, "timed out", 1));
  }

  #noAnswer(): string {
    if (this.#failures.size === 0) return "no monitor has answered";
    const rows = [...this.#failures].map(([addr, why]) => `${addr}: ${why}`);
    const hint = this.#settings.development
      ? ". The development cluster runs while `deno task mgr` does"
      : "";
    return `no monitor lets us in (${rows.join("; ")})${hint}`;
  }

  #wrongKey(): string {
    const entity = formatEntityName(this.#settings.entity);
    return `the monitors do not know ${entity}, or its key is not the one in ${keySource(this.#settings)}`;
  }
}

function keySources({ config }: Settings): KeySources {
  return { key: config.text("key"), keyfile: config.text("keyfile"), keyring: config.text("keyring") };
}

function keySource(settings: Settings): string {
  const { key, keyfile, keyring } = keySources(settings);
  if (key !== "") return "the option key";
  return keyfile || keyring.split(/[,;\s]+/).find(exists) || keyring;
}

function exists(path: string): boolean {
  try {
    return path !== "" && Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function keyError({ message, errno }: KeyError): ConnectError {
  return connectError(message, -errno);
}

/** Without a key only monitors that want none let us in; `problem` says why there is none. */
function loginOptions(settings: Settings): { options: LoginOptions; problem?: KeyError } {
  const { config, entity } = settings;
  const methods = config.text("auth_supported") || config.text("auth_client_required");
  const allowNone = methods.includes("none");
  const options = { entity, allowNone, now: () => performance.now() };
  if (!methods.includes("cephx")) return { options: { ...options, key: undefined, allowNone: true } };
  try {
    const key = findKey(
      keySources(settings),
      formatEntityName(entity),
      (path) => Deno.readTextFileSync(path),
    );
    return { options: { ...options, key } };
  } catch (e) {
    if (!(e instanceof KeyError)) throw e;
    if (!allowNone) throw keyError(e);
    return { options: { ...options, key: undefined }, problem: e };
  }
}

async function monitors(settings: Settings): Promise<MonitorSeed[]> {
  const sources = monitorSources(settings);
  try {
    return await findMonitors(sources, systemResolver);
  } catch (e) {
    const nowhere = sources.monHost.trim() === "" && sources.sections.size === 0;
    throw connectError((e as Error).message, nowhere ? Errno.ENOENT : Errno.EINVAL);
  }
}

/** `secure crc` -> numbers, in order of preference. */
function modes(text: string): number[] {
  const known: Readonly<Record<string, number>> = ConMode;
  return text.split(/[\s,;]+/).map((word) => known[word]).filter((mode) => mode !== undefined);
}
