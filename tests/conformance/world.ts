/** What a conformance case may do: with a manager in memory, or with a real cluster. */

/** What a command came to. */
export interface Result {
  /** 0 or a negative errno. */
  readonly retval: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The module `box` runs in it. */
export interface World {
  /** A command; its arguments are not checked before they are sent. */
  ask(prefix: string, args?: Readonly<Record<string, unknown>>, input?: string): Promise<Result>;
  /** `ceph config set mgr mgr/box/<name>`, null is `config rm`. Rejects with the monitors' text. */
  setOption(name: string, text: string | null): Promise<void>;
  /** `ceph config-key set mgr/box/<key>`, null is `config-key rm`. */
  setStore(key: string, text: string | null): Promise<void>;
  /** What the monitors' store has, without `mgr/box/`. */
  stored(key: string): Promise<string | undefined>;
  /** Another instance of the module, of the same cluster. */
  restart(): Promise<void>;
  /** Waits until it is so: what others have written comes a moment later. */
  until(what: string, condition: () => Promise<boolean>): Promise<void>;
  /** Summaries of health checks by code. */
  health(): Promise<Readonly<Record<string, string>>>;
  /** Where modules serve, by module. */
  services(): Promise<Readonly<Record<string, string>>>;
  /** Texts of the newest entries of the cluster log. */
  clusterLog(): Promise<readonly string[]>;
  /** Texts of the lines that the module has in the manager's log. */
  log(): Promise<readonly string[]>;
  /** Messages of progress events by id. */
  progress(): Promise<Readonly<Record<string, string>>>;
  /** A new epoch of the OSDMap. */
  changeOsdMap(): Promise<void>;
  /** Lets the module stand by and become active again, or another manager stand by; its lines on the one that stood by. */
  standby(): Promise<readonly string[]>;
}

/** The output of a command, as JSON. Throws when it fails. */
export async function output(
  world: World,
  prefix: string,
  args: Record<string, unknown> = {},
): Promise<unknown> {
  const { retval, stdout, stderr } = await world.ask(prefix, args);
  if (retval !== 0) throw new Error(`${prefix}: ${retval} ${stderr}`);
  return JSON.parse(stdout);
}

/** The error of a command that fails with EINVAL. */
export async function complaint(
  world: World,
  prefix: string,
  args: Record<string, unknown> = {},
): Promise<string> {
  const { retval, stderr } = await world.ask(prefix, args);
  if (retval !== -22) throw new Error(`${prefix}: ${retval}, not EINVAL`);
  return stderr;
}
