/** Answers `get(name)` of modules: one value for each version of each name, shared by all of them. */

import { ARGUMENT_ROWS, DATA_ROWS, type DataRow, type DataSources } from "./data_rows.ts";
import { asModulesSee } from "./data_streams.ts";
import type { ClusterData } from "./host/cluster_link.ts";
import { inSteps } from "./time/in_steps.ts";
import { cephJson } from "./types/ceph_json.ts";
import { encodePieces, JsonPieces } from "./types/json_pieces.ts";

/** Answers kept for names with an argument, which modules choose. */
const MAX_ARGUMENTS = 1000;

interface Answer {
  readonly from: readonly unknown[];
  readonly data: ClusterData;
}

/** Keeps the last answer under each name. */
export class ClusterDataTable {
  readonly #sources: DataSources;
  readonly #last = new Map<string, Answer>();
  #versions = 0;

  constructor(sources: DataSources) {
    this.#sources = sources;
  }

  /** Undefined for a name that does not exist, or of which nothing has come yet. */
  get(name: string): ClusterData | undefined {
    const row = DATA_ROWS.get(name);
    if (row !== undefined) return this.#answer(row, name, name, "");
    const blank = name.indexOf(" ");
    const first = name.slice(0, blank);
    if (blank < 0 || !Object.hasOwn(ARGUMENT_ROWS, first)) return undefined;
    return this.#answer(ARGUMENT_ROWS[first]!, name, first, name.slice(blank + 1));
  }

  #answer(row: DataRow, name: string, kind: string, rest: string): ClusterData | undefined {
    const from = row.from(this.#sources);
    if (from.includes(undefined)) return undefined;
    const last = this.#last.get(name);
    if (last !== undefined && last.from.every((part, i) => part === from[i])) return last.data;
    const data = this.#data(async () => await jsonOf(kind, await row.value(this.#sources, rest)));
    if (rest !== "" && this.#last.size > DATA_ROWS.size + MAX_ARGUMENTS) this.#last.clear();
    this.#last.set(name, { from, data });
    return data;
  }

  /** The value is made when a module first wants to see it, and once. */
  #data(make: () => Promise<Uint8Array>): ClusterData {
    let bytes: Promise<Uint8Array> | undefined;
    const json = (): Promise<Uint8Array> =>
      bytes ??= make().catch((e) => {
        bytes = undefined;
        throw e;
      });
    return { version: String(++this.#versions), json };
  }
}

async function jsonOf(name: string, value: unknown): Promise<Uint8Array> {
  if (value instanceof JsonPieces) return await inSteps(encodePieces(value));
  return new TextEncoder().encode(cephJson(asModulesSee(name, value)));
}
