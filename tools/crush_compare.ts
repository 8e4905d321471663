/**
 * `deno run -A tools/crush_compare.ts [maps] [inputs]`: our mappings against those of the real crushtool and osdmaptool.
 * With `--record` the checksums of the tools' results go to tests/vectors/crush.json, for tests without the tools.
 */

import { type MappingCase, mappingCase, ourResults, ResultDigest } from "../tests/fakes/mapping_cases.ts";
import { theirResults } from "./crush_tool.ts";
import { print, printError } from "./print.ts";

/** What a comparison came to. */
export interface Comparison {
  readonly mappings: number;
  /** How many differ. */
  readonly wrong: number;
  /** The first one that differs. */
  readonly example: string | undefined;
  /** Checksum of the tool's results. */
  readonly crc: number;
}

/** Compares result by result. */
export async function compareCase(c: MappingCase): Promise<Comparison> {
  const ours = ourResults(c);
  const digest = new ResultDigest();
  let mappings = 0;
  let wrong = 0;
  let example: string | undefined;
  for await (const theirs of theirResults(c)) {
    const [a, b] = [JSON.stringify(ours.next().value), JSON.stringify(theirs)];
    digest.add(theirs);
    mappings++;
    if (a === b) continue;
    wrong++;
    example ??= `ours ${a}, theirs ${b}`;
  }
  if (!ours.next().done) {
    wrong++;
    example ??= "the tool has fewer results";
  }
  return { mappings, wrong, example, crc: digest.crc };
}

const VECTORS = new URL("../tests/vectors/crush.json", import.meta.url);

async function main(args: readonly string[]): Promise<number> {
  const [maps = 60, inputs = 4000] = args.filter((arg) => arg !== "--record").map(Number);
  const crcs: number[] = [];
  let total = 0;
  let failures = 0;
  for (let n = 0; n < maps; n++) {
    const { mappings, wrong, example, crc } = await compareCase(mappingCase(n, inputs));
    total += mappings;
    failures += wrong;
    crcs.push(crc);
    if (example) printError(`map ${n}: ${wrong} of ${mappings}: ${example}`);
  }
  print(`${maps} maps, ${total} mappings, ${failures} mismatches`);
  if (args.includes("--record")) await Deno.writeTextFile(VECTORS, JSON.stringify({ inputs, crcs }) + "\n");
  return failures === 0 && total > 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
