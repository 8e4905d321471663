/** Completion: what may follow the words of a command line, and the script that asks bash to use it. Pure. */

import { ArgError } from "./arg_error.ts";
import { FORMATS, OPTION_ROWS } from "./options.ts";
import { CommandFlag, type Description, type Part } from "./signature.ts";

/** Commands that are not among the descriptions. */
export const LOCAL_COMMANDS = ["completion", "daemon", "ping", "tell"] as const;

/** Possible next words, sorted; the last of `words` is the one being typed. Upstream: complete() in ceph.in */
export function completions(words: readonly string[], descriptions: readonly Description[]): string[] {
  const found = new Set<string>();
  const helps: string[] = [];
  for (const { parts, help, flags } of descriptions) {
    if ((flags & (CommandFlag.obsolete | CommandFlag.hidden)) !== 0) continue;
    const at = partAfter(parts, words.slice(0, -1));
    if (at === undefined) continue;
    helps.push(help);
    for (const word of at.type?.complete(words.at(-1) ?? "") ?? []) found.add(word);
  }
  // With one command left and nothing to type, what it does: bash shows it as a comment.
  if (found.size === 0 && helps.length === 1) return [" ", `#${helps[0]}`];
  return [...found].sort();
}

/** The part that comes after the words, `{}` behind the last; undefined when the words are another command's. */
function partAfter(parts: readonly Part[], words: readonly string[]): Partial<Part> | undefined {
  let at = 0;
  for (const word of words) {
    const part = parts[at];
    if (part === undefined) return undefined;
    if (part.required && !accepts(part, word)) return undefined;
    if (!part.many) at++;
  }
  return parts[at] ?? {};
}

function accepts({ type }: Part, word: string): boolean {
  try {
    type.valid(word, false);
    return true;
  } catch (e) {
    if (e instanceof ArgError) return false;
    throw e;
  }
}

/** Options that begin so, and values of the option before; undefined when it is a command's word. */
export function optionCompletions(words: readonly string[]): string[] | undefined {
  const before = words.at(-2);
  const word = words.at(-1) ?? "";
  if (before === "-f" || before === "--format") return FORMATS.filter((format) => format.startsWith(word));
  if (!word.startsWith("-")) return undefined;
  return OPTION_ROWS.filter(({ help }) => help !== "").flatMap(({ flags }) => flags)
    .filter((flag) => flag.startsWith(word)).sort();
}

/** For `source <(ganglion completion bash)`. `name` is the command that bash completes. */
export function bashScript(name: string): string {
  return `# Completion of ${name} for bash.
_${name}_complete() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  case "$before" in
    -c|--conf|-i|--in-file|-o|--out-file|-k|--keyring|--admin-daemon)
      COMPREPLY=($(compgen -f -- "$current"))
      return ;;
  esac
  local IFS=$'\\n'
  COMPREPLY=($(${name} --completion -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -F _${name}_complete ${name}
`;
}
