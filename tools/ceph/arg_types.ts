/** The types of arguments: which words they take, and as which values. Upstream: the Ceph* classes of ceph_argparse.py */

import { isUuid } from "../../mgr/types/uuid.ts";
import { ArgError } from "./arg_error.ts";
import { checkEntityAddr, checkIpAddr } from "./arg_addr.ts";
import { checkFilepath, checkSocketPath } from "./arg_path.ts";
import { floatText, parseDecimal, parseFloatText, parseInteger } from "./python_text.ts";

/** One value: integers are bigints, so that every number is a float. */
export type ArgScalar = string | boolean | bigint | number;

/** A value, or those of an argument that may be repeated. */
export type ArgValue = ArgScalar | readonly ArgScalar[];

/** A type with the parameters of one argument. */
export interface ArgType {
  /** How usage texts show it. */
  readonly text: string;
  /** The value of a word. `partial`: its beginning is enough. Throws ArgError. */
  readonly valid: (word: string, partial: boolean) => ArgScalar;
  /** Words that may be meant by this beginning. */
  readonly complete: (begin: string) => readonly string[];
}

/** Makes a type from what the description says beside name and number. */
type Make = (parameters: Readonly<Record<string, string>>) => ArgType;

const plain = (text: string, valid: (word: string) => ArgScalar = (word) => word): Make => () => ({
  text,
  valid,
  complete: () => [],
});

const checked = (text: string, check: (word: string) => void): Make =>
  plain(text, (word) => {
    check(word);
    return word;
  });

/** By the name in the description. */
const TYPES: Readonly<Record<string, Make>> = {
  CephPrefix: ({ prefix = "" }) => prefixType(prefix),
  CephInt: ({ range = "" }) => integerType(range),
  CephFloat: ({ range = "" }) => floatType(range),
  CephString: ({ goodchars = "" }) => stringType(goodchars),
  CephChoices: ({ strings = "" }) => choicesType(strings.split("|")),
  CephBool: plain("<bool>", booleanValue),
  CephPoolname: plain("<poolname>"),
  CephObjectname: plain("<objectname>"),
  CephPgid: checked("<pgid>", checkPgid),
  CephName: checked("<name (type.id)>", (word) => void readName(word)),
  CephOsdName: plain("<osdname (id|osd.id)>", osdNameValue),
  CephUUID: checked("<uuid>", checkUuid),
  CephFragment: checked("<CephFS fragment ID (0xvvv/bbb)>", checkFragment),
  CephIPAddr: checked("<IPaddr[:port]>", checkIpAddr),
  CephEntityAddr: checked("<EntityAddr>", checkEntityAddr),
  CephSocketpath: checked("<admin-socket-path>", checkSocketPath),
  CephFilepath: plain("<outfilename>", checkFilepath),
};

/** A type that this CLI does not know, of a newer release, takes any word: the daemon will judge. */
const unknownType = plain("<value>");

/** The type called `name` with its parameters. */
export function argType(name: string, parameters: Readonly<Record<string, string>>): ArgType {
  const make = Object.hasOwn(TYPES, name) ? TYPES[name]! : unknownType;
  return make(parameters);
}

function prefixType(prefix: string): ArgType {
  return {
    text: prefix,
    valid(word, partial) {
      if (partial ? prefix.startsWith(word) : prefix === word) return word;
      throw new ArgError(`no match for ${word}`, "prefix");
    },
    complete: (begin) => prefix.startsWith(begin) ? [prefix.trimEnd()] : [],
  };
}

function rangeText(bounds: readonly string[]): string {
  return bounds.length === 0 ? "" : `[${bounds[0]}-${bounds[1] ?? ""}]`;
}

function outside<T extends number | bigint>(value: T, [min, max]: readonly T[]): boolean {
  return (min !== undefined && value < min) || (max !== undefined && value > max);
}

function integerType(range: string): ArgType {
  const bounds = range === "" ? [] : range.split("|").map(BigInt);
  return {
    text: `<int${rangeText(bounds.map(String))}>`,
    valid(word) {
      const value = parseInteger(word);
      if (value === undefined) throw new ArgError(`${word} doesn't represent an int`);
      if (outside(value, bounds)) throw new ArgError(`${value} not in range [${bounds.join(", ")}]`);
      return value;
    },
    complete: () => [],
  };
}

function floatType(range: string): ArgType {
  const bounds = range === "" ? [] : range.split("|").map(Number);
  const texts = bounds.map(floatText);
  return {
    text: `<float${rangeText(texts)}>`,
    valid(word) {
      const value = parseFloatText(word);
      if (value === undefined) throw new ArgError(`${word} doesn't represent a float`);
      if (outside(value, bounds)) {
        throw new ArgError(`${floatText(value)} not in range [${texts.join(", ")}]`);
      }
      return value;
    },
    complete: () => [],
  };
}

/** What Python calls printable; `goodchars`, a class of a regular expression, leaves a part of it. */
const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).concat(
  ..."\t\n\r\v\f",
);

function stringType(goodchars: string): ArgType {
  const pattern = new RegExp(`^(?:${goodchars})`);
  let good: Set<string> | undefined;
  return {
    text: `<string${goodchars === "" ? "" : `(goodchars ${goodchars})`}>`,
    valid(word) {
      good ??= new Set(PRINTABLE.filter((char) => pattern.test(char)));
      const bad = [...new Set(word)].filter((char) => !good!.has(char));
      if (bad.length > 0 && good.size > 0) {
        throw new ArgError(`invalid chars ${bad.join("")} in ${word}`);
      }
      return word;
    },
    complete: (begin) => begin === "" ? [] : [begin],
  };
}

function choicesType(choices: readonly string[]): ArgType {
  const text = choices.join("|");
  return {
    text,
    valid(word, partial) {
      if (choices.some((choice) => partial ? choice.startsWith(word) : choice === word)) return word;
      throw new ArgError(`${word} not in ${text}`, "value", { word, choices });
    },
    complete: (begin) => choices.filter((choice) => choice.startsWith(begin)),
  };
}

function booleanValue(word: string): boolean {
  const lower = word.toLowerCase();
  if (lower === "true" || lower === "1") return true;
  if (lower === "false" || lower === "0") return false;
  throw new ArgError(`${word} not one of 'true', 'false'`);
}

/** `pool.seed`. */
export function checkPgid(word: string): void {
  const dot = word.indexOf(".");
  if (dot < 0) throw new ArgError("pgid has no .");
  const pool = word.slice(0, dot);
  const id = parseDecimal(pool);
  if (id === undefined) throw new ArgError(`pool ${pool} not integer`);
  if (id < 0n) throw new ArgError(`pool ${pool} < 0`);
  const seed = word.slice(dot + 1);
  if (!/^\s*[+-]?(?:0[xX])?(?:_?[0-9a-fA-F])+\s*$/.test(seed)) {
    throw new ArgError(`pgnum ${seed} not hex integer`);
  }
}

/** `osd.3` -> type and id; `mgr` and `mon` may stand alone, and `*` is everybody. Throws ArgError. */
export function readName(word: string): { readonly type?: string; readonly id?: string } {
  if (word === "*") return {};
  if (word === "mgr" || word === "mon") return { type: word };
  const dot = word.indexOf(".");
  if (dot < 0) throw new ArgError(`CephName: no . in ${word}`);
  const type = word.slice(0, dot);
  const id = word.slice(dot + 1);
  if (!["osd", "mon", "client", "mds", "mgr"].includes(type)) throw new ArgError(`unknown type ${type}`);
  if (type !== "osd" || id === "*") return { type, id };
  const number = parseDecimal(id);
  if (number === undefined) throw new ArgError(`osd id ${id} not integer`);
  return { type, id: String(number) };
}

function osdNameValue(word: string): ArgScalar {
  if (word === "*") return word;
  const dot = word.indexOf(".");
  const type = dot < 0 ? "osd" : word.slice(0, dot);
  if (type !== "osd") throw new ArgError(`unknown type ${type}`);
  const id = word.slice(dot + 1);
  const number = parseDecimal(id);
  if (number === undefined) throw new ArgError(`osd id ${id} not integer`);
  if (number < 0n) throw new ArgError(`osd id ${number} is less than 0`);
  return number;
}

function checkUuid(word: string): void {
  const hex = word.replace("urn:", "").replace("uuid:", "").replaceAll(/^[{}]+|[{}]+$/g, "").replaceAll(
    "-",
    "",
  );
  if (isUuid(word) || /^[0-9a-fA-F]{32}$/.test(hex)) return;
  throw new ArgError(`invalid UUID ${word}: badly formed hexadecimal UUID string`);
}

function checkFragment(word: string): void {
  const [value, bits, ...more] = word.split("/");
  if (bits === undefined || more.length > 0) throw new ArgError(`${word}: no /`);
  if (!value!.startsWith("0x")) throw new ArgError(`${value} not a hex integer`);
  if (parseInteger(value!) === undefined) throw new ArgError(`can't convert ${value} to integer`);
  if (parseDecimal(bits) === undefined) throw new ArgError(`can't convert ${bits} to integer`);
}
