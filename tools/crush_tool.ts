/** Mappings of the real tools, read from what they print: `crushtool --test` and `osdmaptool --test-map-pgs-dump-all`. */

/** Runs a tool and yields its output line by line. Rejects when it fails. */
export async function* toolLines(command: string, args: readonly string[]): AsyncGenerator<string> {
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

/** One line of crushtool. */
export interface RuleResult {
  readonly rule: number;
  readonly x: number;
  readonly items: readonly number[];
}

const numbers = (text: string): number[] => (text === "" ? [] : text.split(",").map(Number));

/** `CRUSH rule 0 x 3 [1,2]` */
export function parseRuleResult(line: string): RuleResult | undefined {
  const m = /^CRUSH rule (\d+) x (\d+) \[([\d,]*)\]$/.exec(line);
  return m ? { rule: Number(m[1]), x: Number(m[2]), items: numbers(m[3]!) } : undefined;
}

/** One line of osdmaptool. */
export interface PgResult {
  readonly pgid: string;
  readonly raw: readonly number[];
  readonly up: readonly number[];
  readonly upPrimary: number;
  readonly acting: readonly number[];
  readonly actingPrimary: number;
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
