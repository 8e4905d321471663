/** get_command_descriptions: commands as JSON for the CLI. Upstream: dump_cmddesc_to_json in common/cmdparse.cc */

import type { MonCommand } from "../types/mon_command.ts";

/** A word, or an argument with its properties in the order of their names. */
export type SignaturePart = string | Readonly<Record<string, string>>;

/** `osd df name=filter,type=CephString,req=false` -> its words and arguments. */
export function parseSignature(cmdstring: string): SignaturePart[] {
  return cmdstring.split(" ").filter((word) => word !== "").map((word) =>
    /[,=]/.test(word) ? properties(word) : word
  );
}

function properties(word: string): Record<string, string> {
  const pairs = word.split(",").map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** The words before the first argument. */
export function commandPrefix(cmdstring: string): string {
  const words = cmdstring.split(" ").filter((word) => word !== "");
  const first = words.findIndex((word) => /[,=]/.test(word));
  return words.slice(0, first < 0 ? words.length : first).join(" ");
}

const key = (i: number): string => `cmd${String(i).padStart(3, "0")}`;

/** All commands of the manager's table. `flags` is always 0 here, unlike in the beacon. */
export function describeCommands(commands: readonly MonCommand[]): string {
  const entries = commands.map(({ cmdstring, helpstring, module, reqPerms }, i) => [
    key(i),
    { sig: parseSignature(cmdstring), help: helpstring, module, perm: reqPerms, flags: 0 },
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}

/** Commands of the admin socket: signature and help only. */
export function describeAdminCommands(
  commands: readonly { readonly cmdstring: string; readonly help: string }[],
): string {
  const entries = commands.map((
    { cmdstring, help },
    i,
  ) => [key(i), { sig: parseSignature(cmdstring), help }]);
  return JSON.stringify(Object.fromEntries(entries));
}
