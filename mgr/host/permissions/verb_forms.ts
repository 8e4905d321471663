/** The verbs of permissions: what stands behind each, and in which words one is told what is wrong with it. Pure. */

/** What one word must be. */
interface Slot {
  readonly name: string;
  readonly fits: (word: string) => boolean;
}

/** What stands behind a verb. */
export interface Form {
  /** As help shows it: `<module> <method>`. */
  readonly usage: string;
  /** Why these words are not that; undefined when they are. */
  problem(words: readonly string[]): string | undefined;
}

const CONTROL = /\p{Cc}/u;
const like = (pattern: RegExp) => (word: string): boolean => word === "*" || pattern.test(word);

const NAME: Slot = { name: "name", fits: like(/^[\w.-]{1,128}$/) };
const MODULE: Slot = { name: "module", fits: like(/^[a-z][a-z0-9_]{0,63}$/) };
const METHOD: Slot = { name: "method", fits: like(/^[A-Za-z_$][\w$]{0,127}$/) };
const OPTION: Slot = { name: "name", fits: like(/^[\w./-]{1,128}$/) };
const ACCESS: Slot = { name: "read|write", fits: (word) => word === "read" || word === "write" };
const POOL: Slot = {
  name: "pool",
  // Either quote can stand around the other.
  fits: (word) => word.length <= 256 && !CONTROL.test(word) && !(word.includes('"') && word.includes("'")),
};
const TARGET: Slot = { name: "mon|osd|mds|pg|mgr", fits: (word) => /^(?:mon|osd|mds|pg|mgr)$/.test(word) };
/** A comma would make two of one; `..` and symbols of shells are never what was meant. */
const PATH: Slot = {
  name: "absolute path without '..' and wildcards",
  fits: (word) =>
    /^(?:\/[^/,*?[\]{}]+)+$/.test(word) && !CONTROL.test(word) && !/\/\.{1,2}(?:\/|$)/.test(word),
};
/** What decides how a process is started is not a module's to read or, with it, to have set. */
const ENV: Slot = {
  name: "variable, not of DENO_ or LD_",
  fits: (word) => /^[A-Za-z_]\w{0,127}$/.test(word) && !/^(?:DENO_|LD_)/.test(word),
};
const SYS: Slot = {
  name: "kind of information, as Deno names it",
  fits: (word) =>
    /^(?:hostname|osRelease|osUptime|loadavg|networkInterfaces|systemMemoryInfo|uid|gid|cpus|homedir|statfs)$/
      .test(word),
};
const PROGRAM: Slot = { name: "absolute path of a program", fits: PATH.fits };
/** `{name}` is the value of an option of the module. */
const PART = "(?:[\\w.-]+|\\[[0-9a-fA-F:.]+\\]|\\{\\w+\\})";
const ADDRESS: Slot = {
  name: "host:port, either may be {option}",
  fits: (word) => new RegExp(`^${PART}:(?:\\d{1,5}|\\{\\w+\\}|\\*)$`).test(word) && portOf(word) <= 65535,
};

const portOf = (address: string): number => Number(/:(\d+)$/.exec(address)?.[1] ?? 0);

/** One word of a command: no blanks, no quotes, nothing that only looks like a blank. */
const COMMAND_WORD = /^(?!with$)[!-~]+$/;

/** By verb, in the order in which they are listed. */
export const FORMS = {
  get: slots(NAME),
  command: {
    usage: "<mon|osd|mds|pg|mgr> <prefix> [with <constraints>]",
    problem: ([target = "", ...prefix]) => {
      if (!TARGET.fits(target)) return "it is command <mon|osd|mds|pg|mgr> <prefix>";
      if (prefix.length === 0) return `the command for a ${target} is missing; * is any that needs no admin`;
      const odd = prefix.find((word) =>
        !COMMAND_WORD.test(word) || /["']/.test(word) || (word === "*" && prefix.length > 1)
      );
      return odd === undefined ? undefined : `'${odd}' cannot be in the prefix of a command`;
    },
  },
  option: slots(ACCESS, MODULE, OPTION),
  remote: slots(MODULE, METHOD),
  rados: slots(ACCESS, POOL),
  health: slots(),
  progress: slots(),
  uri: slots(),
  cluster_log: slots(),
  perf_query: slots(),
  service_daemon: slots(),
  device: slots(),
  admin: slots(),
  net: {
    usage: "[listen] <host:port>",
    problem: (words) => ADDRESS_FORM.problem(words[0] === "listen" ? words.slice(1) : words),
  },
  read: slots(PATH),
  write: slots(PATH),
  env: slots(ENV),
  sys: slots(SYS),
  run: slots(PROGRAM),
  ffi: slots(PROGRAM),
} as const satisfies Readonly<Record<string, Form>>;

const ADDRESS_FORM = slots(ADDRESS);

/** First word of a permission. */
export type Verb = keyof typeof FORMS;

/** All of them. */
export const VERBS = Object.keys(FORMS) as readonly Verb[];

/** These are enforced by Deno: another grant means another process. */
export const DENO_VERBS: ReadonlySet<Verb> = new Set(["net", "read", "write", "env", "sys", "run", "ffi"]);

/** More than any other: not granted unless they are named, whatever a manifest asks for. */
export const BY_NAME_ONLY: ReadonlySet<Verb> = new Set(["run", "ffi", "admin"]);

function slots(...all: readonly Slot[]): Form {
  const usage = all.map(({ name }) => `<${name}>`).join(" ");
  return {
    usage,
    problem: (words) => {
      if (words.length !== all.length) {
        return all.length === 0 ? "nothing stands behind it" : `it takes ${usage}`;
      }
      const wrong = all.findIndex(({ fits }, i) => !fits(words[i]!));
      return wrong < 0 ? undefined : `'${words[wrong]}' is no <${all[wrong]!.name}>`;
    },
  };
}
