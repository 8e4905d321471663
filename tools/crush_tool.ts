/** Mappings of the real tools, read from what they print: `crushtool --test` and `osdmaptool --test-map-pgs-dump-all`. */

import { encodeAll } from "../mgr/encoding/mod.ts";
import { CrushMap } from "../mgr/types/crush_map.ts";
import type { MappingCase, PgResult, PgsCase, RuleResult, RulesCase } from "../tests/fakes/mapping_cases.ts";

/** The tools' results for a case. Rejects when a tool fails. */
export function theirResults(c: MappingCase): AsyncGenerator<RuleResult | PgResult> {
  return "map" in c ? theirPgs(c) : theirRules(c);
}

async function* theirRules({ crush, inputs, max, reweights }: RulesCase): AsyncGenerator<RuleResult> {
  const range = ["--min-x", "0", "--max-x", String(inputs - 1), "--num-rep", String(max)];
  const weights = [...reweights].flatMap(([osd, share]) => ["--weight", String(osd), String(share)]);
  const args = (path: string) => ["-i", path, "--test", "--show-mappings", ...range, ...weights];
  for await (const line of linesAbout("crushtool", encodeAll(CrushMap.encode, crush), args)) {
    const result = parseRuleResult(line);
    if (result) yield result;
  }
}

async function* theirPgs({ map }: PgsCase): AsyncGenerator<PgResult> {
  for await (const line of linesAbout("osdmaptool", map.bytes, (path) => [path, "--test-map-pgs-dump-all"])) {
    const result = parsePgResult(line);
    if (result) yield result;
  }
}

/** Runs a tool on a file of those bytes and yields its output line by line. */
async function* linesAbout(
  command: string,
  bytes: Uint8Array,
  args: (path: string) => string[],
): AsyncGenerator<string> {
  const path = await Deno.makeTempFile({ prefix: "ganglion-map-" });
  try {
    await Deno.writeFile(path, bytes);
    yield* toolLines(command, args(path));
  } finally {
    await Deno.remove(path);
  }
}

async function* toolLines(command: string, args: readonly string[]): AsyncGenerator<string> {
  const child = new Deno.Command(command, { args: [...args], stdout: "piped", stderr: "null" }).spawn();
  let rest = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  const { code } = await child.status;
  if (code !== 0) throw new Error(`Cannot run ${command} ${args.join(" ")}: it ended with ${code}`);
}

const numbers = (text: string): number[] => (text === "" ? [] : text.split(",").map(Number));

/** `CRUSH rule 0 x 3 [1,2]` */
export function parseRuleResult(line: string): RuleResult | undefined {
  const m = /^CRUSH rule (\d+) x (\d+) \[([\d,]*)\]$/.exec(line);
  return m ? { rule: Number(m[1]), x: Number(m[2]), items: numbers(m[3]!) } : undefined;
}

const OSDS = String.raw`\(\[([\d,NOE]*)\], p(-?\d+)\)`;
const PG_LINE = new RegExp(String.raw`^(\d+\.[0-9a-f]+) raw ${OSDS} up ${OSDS} acting ${OSDS}$`);

/** `1.0 raw ([1,2], p1) up ([1,2], p1) acting ([1,2], p1)` */
export function parsePgResult(line: string): PgResult | undefined {
  const m = PG_LINE.exec(line);
  if (!m) return undefined;
  const osds = (text: string): number[] => numbers(text.replaceAll("NONE", "2147483647"));
  return {
    pgid: m[1]!,
    raw: osds(m[2]!),
    up: osds(m[4]!),
    upPrimary: Number(m[5]),
    acting: osds(m[6]!),
    actingPrimary: Number(m[7]),
  };
}
