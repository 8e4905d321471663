/** ceph.conf: text -> sections of raw option values. Upstream: common/ConfUtils.cc, checked against ceph-conf. */

/** What no real ceph.conf comes near; a larger file is a mistake (a log, a device). */
const MAX_CONF_BYTES = 1 << 20;

/** A line that Ceph does not accept. The message is `Cannot read ceph.conf: FILE:LINE: why`. */
export class ConfError extends Error {
  override name = "ConfError";
  constructor(readonly file: string, readonly line: number, why: string) {
    super(`Cannot read ceph.conf: ${file}:${line}: ${why}`);
  }
}

/** One parsed file: section name -> option name (blanks turned to `_`) -> value as written. */
export interface CephConf {
  readonly file: string;
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** No file at all. */
export const EMPTY_CONF: CephConf = { file: "", sections: new Map() };

/**
 * Parses a whole file. Sections of one name are merged and the last of equal options counts.
 * Throws ConfError at the first line that is neither `[section]`, `name = value` nor a comment.
 */
export function parseCephConf(text: string, file: string): CephConf {
  if (text.length > MAX_CONF_BYTES) throw new ConfError(file, 1, `more than ${MAX_CONF_BYTES} bytes`);
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const { line, text: logical } of logicalLines(text)) {
    const fail = (why: string): never => {
      throw new ConfError(file, line, why);
    };
    const body = logical.trimStart();
    if (body === "" || isComment(body[0]!)) continue;
    if (body[0] === "[") {
      const name = sectionName(body, fail);
      section = sections.get(name) ?? new Map();
      sections.set(name, section);
      continue;
    }
    const [name, value] = keyValue(body, fail);
    if (section === undefined) return fail(`option '${name}' before the first [section]`);
    section.set(name, value);
  }
  return { file, sections };
}

/** The value of the first of `sections` that has the option: give the most specific section first. */
export function confValue(conf: CephConf, sections: readonly string[], name: string): string | undefined {
  for (const section of sections) {
    const value = conf.sections.get(section)?.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The spelling of option names inside Ceph: blanks and `-` are `_`. */
export function optionName(written: string): string {
  return written.trim().replaceAll(/[-\s]+/g, "_");
}

type Fail = (why: string) => never;

function isComment(char: string): boolean {
  return char === "#" || char === ";";
}

/** Lines with those that end in `\` joined to the next by a newline; the number is that of the first. */
function* logicalLines(text: string): Generator<{ line: number; text: string }> {
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  for (let i = 0; i < lines.length; i++) {
    const line = i + 1;
    let joined = lines[i]!;
    while (endsInContinuation(joined) && i + 1 < lines.length) joined += `\n${lines[++i]!}`;
    yield { line, text: joined };
  }
}

/** An odd number of `\` at the end: an even one is a row of escaped backslashes. */
function endsInContinuation(line: string): boolean {
  return (line.length - line.replace(/\\+$/, "").length) % 2 === 1;
}

function sectionName(body: string, fail: Fail): string {
  const end = body.indexOf("]");
  if (end < 0) return fail("section without ']'");
  const name = body.slice(1, end);
  if (name === "") return fail("section without a name");
  requireNothing(body.slice(end + 1), fail);
  return name;
}

function keyValue(body: string, fail: Fail): [string, string] {
  const equals = body.indexOf("=");
  const comment = body.search(/[#;]/);
  if (equals < 0 || (comment >= 0 && comment < equals)) {
    // A key that was written wrongly is a key all the same.
    const shown = /^key/i.test(body) ? "key .." : body.trimEnd();
    return fail(`'${shown}' is neither [section] nor name = value`);
  }
  const name = body.slice(0, equals).replaceAll("\\\n", " ").trim().replaceAll(/[ \t]+/g, "_");
  if (name === "" || name.includes("[")) return fail(`'${name}' is no option name`);
  const rest = body.slice(equals + 1).trimStart();
  const quote = rest[0];
  if (quote === '"' || quote === "'") return [name, quotedValue(rest, quote, fail)];
  return [name, untilComment(rest)];
}

/** A backslash takes the next character as it is; blanks at the end do not belong to the value. */
function untilComment(text: string): string {
  let value = "";
  for (let i = 0; i < text.length; i++) {
    if (isComment(text[i]!)) break;
    if (text[i] === "\\" && i + 1 < text.length) i++;
    if (text[i] !== "\n") value += text[i];
  }
  return value.trimEnd();
}

/** A comment sign inside quotes ends the line there, so the quote is not closed: write `\#`. */
function quotedValue(text: string, quote: string, fail: Fail): string {
  let value = "";
  for (let i = 1; i < text.length; i++) {
    const char = text[i]!;
    if (char === quote) {
      requireNothing(text.slice(i + 1), fail);
      return value;
    }
    if (isComment(char)) return fail(`'${char}' inside quotes: write '\\${char}'`);
    if (char === "\\" && i + 1 < text.length) i++;
    if (text[i] === "\n") break;
    value += text[i];
  }
  return fail(`value without its closing ${quote}`);
}

function requireNothing(rest: string, fail: Fail): void {
  const text = rest.trimStart();
  if (text !== "" && !isComment(text[0]!)) fail(`'${text.trimEnd()}' is one too many on the line`);
}
