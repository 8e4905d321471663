/** POSIX extended regular expressions, as cap constraints are written, by way of JavaScript's. */

/** In brackets a backslash is itself, and classes have names. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ["alpha", "a-zA-Z"],
  ["digit", "0-9"],
  ["alnum", "a-zA-Z0-9"],
  ["upper", "A-Z"],
  ["lower", "a-z"],
  ["space", " \\t-\\r"],
  ["blank", " \\t"],
  ["punct", "!-\\/:-@\\[-`{-~"],
  ["print", " -~"],
  ["graph", "!-~"],
  ["cntrl", "\\0-\\x1f\\x7f"],
  ["xdigit", "0-9a-fA-F"],
]);

/** Arguments longer than this match nothing: a pattern that backtracks must not hold the daemon. */
const MAX_TEXT = 4096;

/** Whether the whole of `text` matches. A pattern that is wrong matches nothing. */
export function fullMatch(pattern: string, text: string): boolean {
  if (text.length > MAX_TEXT) return false;
  try {
    return new RegExp(`^(?:${translate(pattern)})$`, "s").test(text);
  } catch {
    return false;
  }
}

/** Outside brackets the two languages agree on what people write; (?...) is not POSIX. */
function translate(pattern: string): string {
  let out = "";
  for (let at = 0; at < pattern.length;) {
    const c = pattern[at]!;
    if (c === "\\") {
      out += pattern.slice(at, at + 2);
      at += 2;
    } else if (c === "(" && pattern[at + 1] === "?") {
      throw new SyntaxError("nothing to repeat");
    } else if (c === "[") {
      const { text, end } = translateBracket(pattern, at);
      out += text;
      at = end;
    } else {
      out += c;
      at++;
    }
  }
  return out;
}

function translateBracket(pattern: string, start: number): { text: string; end: number } {
  let at = start + 1;
  let text = "[";
  if (pattern[at] === "^") {
    text += "^";
    at++;
  }
  for (let first = true; at < pattern.length; first = false) {
    const name = /^\[:([a-z]+):\]/.exec(pattern.slice(at))?.[1];
    if (name !== undefined) {
      const members = CLASSES.get(name);
      if (members === undefined) throw new SyntaxError("unknown class");
      text += members;
      at += name.length + 4;
      continue;
    }
    const c = pattern[at++]!;
    if (c === "]" && !first) return { text: `${text}]`, end: at };
    text += c === "\\" || c === "[" || c === "]" || c === "^" ? `\\${c}` : c;
  }
  throw new SyntaxError("unterminated bracket");
}
