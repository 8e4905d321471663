/** `-h`: what this program does, and the commands that a daemon knows. Pure. */

import { CommandFlag, type Description, usage } from "./signature.ts";
import { OPTION_ROWS } from "./options.ts";

const OPTION_WIDTH = 28;

/** Without a command: everything that needs no cluster. */
export function generalHelp(): string {
  const options = OPTION_ROWS.filter(({ help }) => help !== "").map(({ flags, value, help }) => {
    const names = [...flags].sort((a, b) => a.length - b.length).join(", ") +
      (value === undefined ? "" : ` ${value}`);
    return `  ${names.padEnd(OPTION_WIDTH)}${names.length >= OPTION_WIDTH ? " " : ""}${help}`;
  });
  return `usage: ceph [options] <command> [arguments]
(here: deno task ceph ..; installed: ganglion ..)

Administers a Ceph cluster: sends commands to its monitors, its active manager or one daemon, and prints the
answers. Options may stand anywhere; -- ends them.

  ceph -s                         how is the cluster?
  ceph health detail              what is wrong with it?
  ceph osd pool -h                commands that begin with 'osd pool'
  ceph osd df -f json-pretty      any answer as JSON
  ceph tell osd.0 version         a command for one daemon (tell osd.0 -h: which ones)
  ceph -w                         status, then what happens, until Ctrl-C

options:
${options.join("\n")}
  -m HOSTS, -k KEYRING, --OPTION VALUE
                              any option of Ceph, as in ceph.conf

also:
  tell TARGET COMMAND         TARGET is osd.ID, mon.ID, mds.ID, mgr, a PG as 1.0; osd.* is all of them
  ping mon.ID                 does that monitor live? mon.* is all
  daemon NAME|SOCKET COMMAND  over the admin socket of a daemon of this machine
  completion bash             completion for bash: source <(ganglion completion bash)

Without a command, commands are read from stdin. ceph.conf is that of -c, CEPH_CONF, /etc/ceph/ceph.conf,
~/.ceph/ceph.conf, ./ceph.conf, or that of the development cluster (.dev/ceph.conf). Further words come from
CEPH_ARGS. The exit code is 0, or the error's number.
`;
}

/** Commands in two columns that fill the width: usage, and what it does. Empty when none begins with `begin`. */
export function listCommands(descriptions: readonly Description[], begin: string, columns: number): string {
  const left = Math.floor((columns - 1) / 2);
  const right = columns - 1 - left;
  return visible(descriptions)
    .map((description) => ({ text: usage(description), help: description.help }))
    .filter(({ text }) => text.startsWith(begin))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ text, help }) => columnsOf(wrap(text, left), wrap(help, right), left))
    .join("");
}

/** Overview for a terminal, which the whole list would run out of: first words, with the number of their commands. */
export function commandGroups(descriptions: readonly Description[], columns: number): string {
  const counts = new Map<string, number>();
  for (const description of visible(descriptions)) {
    const word = usage(description).split(" ")[0]!;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const cells = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, count]) => count === 1 ? word : `${word} (${count})`);
  const width = Math.max(...cells.map(({ length }) => length)) + 2;
  const perRow = Math.max(Math.floor((columns - 2) / width), 1);
  const rows = Math.ceil(cells.length / perRow);
  const lines = Array.from(
    { length: rows },
    (_, row) =>
      "  " + cells.filter((_, i) => i % rows === row).map((cell) => cell.padEnd(width)).join("").trimEnd(),
  );
  return `\ncommands of this cluster: 'ceph WORD -h' explains those of a word, 'ceph -h | less' all of them\n${
    lines.join("\n")
  }\n`;
}

function visible(descriptions: readonly Description[]): Description[] {
  const hidden = CommandFlag.obsolete | CommandFlag.deprecated | CommandFlag.hidden;
  return descriptions.filter(({ help, flags }) => help !== "" && (flags & hidden) === 0);
}

function columnsOf(left: readonly string[], right: readonly string[], width: number): string {
  const rows = Math.max(left.length, right.length);
  return Array.from(
    { length: rows },
    (_, i) => `${(left[i] ?? "").padEnd(width)} ${right[i] ?? ""}`.trimEnd() + "\n",
  ).join("");
}

/** Lines of at most `width`: broken at blanks, inside a word only if it is too long; all but the first begin with a blank. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (joined.length <= width || line.trim() === "") line = joined;
    else {
      lines.push(line);
      line = ` ${word}`;
    }
    while (line.length > width) {
      const at = breakAt(line, width);
      lines.push(line.slice(0, at));
      line = ` ${line.slice(at)}`;
    }
  }
  return line.trim() === "" ? lines : [...lines, line];
}

/** Behind the last `|` or `,` that fits: lists of choices are the long words. */
function breakAt(line: string, width: number): number {
  const at = Math.max(line.lastIndexOf("|", width - 1), line.lastIndexOf(",", width - 1));
  return at > 1 ? at + 1 : width;
}
