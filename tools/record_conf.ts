/** Records what ceph-mgr makes of configuration texts: `deno run -A tools/record_conf.ts` -> tests/vectors/ceph_conf.json */

import { fileURLToPath } from "node:url";
import { print } from "./print.ts";

/** One question to ceph-mgr: the value of `option` with this file, these flags and this environment. */
interface Question {
  readonly conf: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly option: string;
}

/** What it said: the printed value, or the line of the parse error. */
interface Answer extends Question {
  readonly value?: string;
  readonly errorLine?: number;
  readonly failed?: true;
}

const file = (conf: string, option = "log_file"): Question => ({ conf: `[global]\n${conf}\n`, option });
const whole = (conf: string, option = "log_file"): Question => ({ conf, option });
const flags = (args: string[], option: string, env: Record<string, string> = {}): Question => ({
  conf: "[global]\nfsid = 7b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b\nmgr stats period = 8\n",
  args,
  env,
  option,
});
const typed = (option: string, ...values: string[]): Question[] =>
  values.map((value) => file(`${option} = ${value}`, option));

const SYNTAX: Question[] = [
  file("log file = a"),
  file("log_file=a"),
  file("  log \t file\t=\ta\tb\t"),
  file("log-file = a"),
  file("Log_File = a"),
  file("log__file = a"),
  file("log file = a # c"),
  file("log file = a;c"),
  file("log file = a\\#b c"),
  file('log file = "a b" ; c'),
  file("log file = 'a b'"),
  file('log file = "a#b"'),
  file('log file = "a\\#b"'),
  file('log file = "a\\"b"'),
  file('log file = "a" b'),
  file('log file = "a""b"'),
  file('log file = "a'),
  file('log file = x"y'),
  file('log file = a"b"c'),
  file("log file = a\\nb\\tc\\ d  \\ "),
  file("log file = a \\\n   b"),
  file("log file\\\n= a"),
  file("log_\\\nfile = a"),
  file("log file = c\\\n[mgr]\nlog_file = d"),
  file("log file = a = b"),
  file("log file == b"),
  file("log file = [b]"),
  file("log file ="),
  file('log file = ""'),
  file("log file = a\r"),
  file("foo"),
  file("= b"),
  file("a#b = c"),
  file("log[file = b"),
  file("nosuch option = 1\nlog file = a"),
  whole("log file = x\n[global]\n"),
  whole("[global\nlog file = x\n"),
  whole("[global]\n[]\nlog file = x\n"),
  whole("[global]\n[mgr] junk\nlog_file = 3\n"),
  whole("[global] # c\nlog file = 1\n[mgr] ; x\nlog_file = 2\n"),
  whole("[mgr.x]\nlog file = 3\n[mgr]\nlog file = 2\n[global]\nlog file = 1\n"),
  whole("[mgr.y]\nlog file = 3\n[osd]\nlog file = 2\n[global]\nlog file = 1\n"),
  whole("[mgr]\nlog file = 1\n[global]\n[mgr]\nlog_file = 2\n"),
  whole("[mgr]\nlog file = 1\nlog_file = 2\n"),
  whole("[ mgr.x ]\nlog file = 3\n[global]\nlog file = 1\n"),
  whole("; c\n\n  # c\n[global]\nlog file = b ; c\n"),
  whole("; c\n"),
  whole(""),
];

const EXPANSION: Question[] = [
  "$cluster-$name-$type.$id",
  "${name}x $namex $num",
  "${id}${id}",
  "$foo ${foo} ${} $ $$name",
  "$mgr_data/k ${mgr_data}k",
  "$fsid",
  "$mgr_stats_period $mgr_mon_bytes $mgr_tick_period",
  "$ms_bind_ipv4",
  "$name1.$Name",
  "${name",
].map((value) => file(`admin socket = ${value}`, "admin_socket"));

const TYPES: Question[] = [
  ...typed("ms_bind_ipv6", "true", "TRUE", "1", "0", "2", "yes", "on", "x", ""),
  ...typed("mgr_stats_period", "7", "-1", "1K", "1M", "1k", "0x10", "1.5", "x", "99999999999"),
  ...typed("mgr_mon_messages", "7", "-1", "1K"),
  ...typed("mgr_mon_bytes", "5", "1K", "1Ki", "1KB", "1B", "1G", "1g", "-1", "1.5"),
  ...typed("mgr_tick_period", "3", "3s", "1m", "1m 30s", "30 s 1m", "1m30s", "2 minutes", "1mo", "1y", "1w"),
  ...typed("mgr_tick_period", "1M", "500ms", "1.5s", "3 secs", "-1", ""),
  ...typed("mon_client_hunt_interval_backoff", "2", ".5", "5.", "1e3", "x", "1.5x"),
  ...typed("mgr_stats_threshold", "11", "12", "-1"),
  ...typed("debug_mgr", "5", "5/7", "5 / 7", "100", "5/200", "x", "5/"),
  ...typed("fsid", "7B0B0B0B-0b0b-4b0b-8b0b-0b0b0b0b0b0b", "x"),
];

const FLAGS: Question[] = [
  flags([], "mgr_stats_period"),
  flags(["--mgr-stats-period", "9"], "mgr_stats_period"),
  flags(["--mgr_stats_period=9"], "mgr_stats_period"),
  flags(["--mgr-stats_period=9", "--mgr-stats-period", "4"], "mgr_stats_period"),
  flags(["--mgr-stats-period", "x"], "mgr_stats_period"),
  flags([], "mgr_stats_period", { CEPH_ARGS: "--mgr-stats-period 6" }),
  flags(["--mgr-stats-period=9"], "mgr_stats_period", { CEPH_ARGS: "--mgr-stats-period 6" }),
  flags(["--default-mgr-stats-period=9"], "mgr_stats_period"),
  flags(["--default-mgr-tick-period=9"], "mgr_tick_period"),
  flags(["--debug-mgr", "9"], "debug_mgr"),
  flags(["--debug_mgr=9/3"], "debug_mgr"),
  flags(["--ms-bind-ipv6"], "ms_bind_ipv6"),
  flags(["--ms-bind-ipv4", "false"], "ms_bind_ipv4"),
  flags(["--ms-bind-ipv4=false"], "ms_bind_ipv4"),
  flags(["--no-ms-bind-ipv4"], "ms_bind_ipv4"),
  flags(["-m", "1.2.3.4"], "mon_host"),
  flags(["--mon-host=1.2.3.4"], "mon_host"),
  flags(["-k", "/k"], "keyring"),
  flags(["--keyring=/k"], "keyring"),
  flags([], "keyring"),
  flags([], "keyring", { CEPH_KEYRING: "/e" }),
  flags(["-k", "/k"], "keyring", { CEPH_KEYRING: "/e" }),
  flags(["--id=y"], "mgr_data"),
  flags(["--id", "y"], "mgr_data"),
  flags(["-n", "mgr.y"], "mgr_data"),
  flags(["--name=mgr.y"], "mgr_data"),
  flags(["-iy"], "mgr_data"),
  flags(["--cluster", "foo"], "mgr_data"),
  flags([], "mgr_data", { CEPH_ARGS: "--id z --mgr-data=/q/$id" }),
  flags(["junk", "-z", "--nosuch=3", "--nosuch2"], "fsid"),
  flags(["-d"], "log_to_stderr"),
  flags(["-f"], "log_to_stderr"),
  flags(["--mgr-stats-period"], "mgr_tick_period"),
  flags(["--keyring"], "keyring"),
  flags(["-n", "foo"], "mgr_data"),
];

const output = fileURLToPath(import.meta.resolve("../tests/vectors/ceph_conf.json"));
const decoder = new TextDecoder();

/** Asks the real ceph-mgr. */
async function ask(question: Question, directory: string): Promise<Answer> {
  const path = `${directory}/ceph.conf`;
  await Deno.writeTextFile(path, question.conf);
  // The wanted flags stand before the question, so that a value that is missing eats the question.
  const args = ["-c", path, "-i", "x", "--show-config-value", question.option, ...(question.args ?? [])];
  const { code, stdout, stderr } = await new Deno.Command("timeout", {
    args: ["5", "ceph-mgr", ...args],
    env: { PATH: Deno.env.get("PATH")!, HOME: "/root", ...question.env },
    clearEnv: true,
  }).output();
  const errors = decoder.decode(stderr);
  const line = /parse error: .* in line (\d+) at/s.exec(errors)?.[1];
  if (line) return { ...question, errorLine: Number(line) };
  if (code !== 0) return { ...question, failed: true };
  return { ...question, value: decoder.decode(stdout).replace(/\n$/, "") };
}

const directory = await Deno.makeTempDir();
const answers: Answer[] = [];
for (const question of [...SYNTAX, ...EXPANSION, ...TYPES, ...FLAGS]) {
  answers.push(await ask(question, directory));
}
await Deno.remove(directory, { recursive: true });
const version = await new Deno.Command("ceph-mgr", { args: ["--version"] }).output();
const recorded = { source: decoder.decode(version.stdout).trim(), answers };
await Deno.writeTextFile(output, JSON.stringify(recorded, undefined, 1) + "\n");
print(`${answers.length} answers in ${output}`);
