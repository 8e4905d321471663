/** What modules read of the cluster: names of `get()`, the OSDMap, statistics, facts about daemons, counters. */

import { z } from "zod";
import type { CounterSelection, PerfColumns } from "../../state/perf_columns.ts";
import { OneByOne } from "../../time/one_by_one.ts";
import { cephJson } from "../../types/ceph_json.ts";
import type { DataAnswer, HostSide, PerfAnswer } from "../contract.ts";
import type { ModuleCallsOwner } from "../module_calls.ts";
import { parse } from "../parse.ts";
import { STAT_PARTS } from "../stat_page.ts";

const MAX_NAME_CHARS = 1024;

const Name = z.string().min(1).max(MAX_NAME_CHARS);
const Count = z.number().int().nonnegative().max(2 ** 32);
const Query = z.object({
  part: z.enum(STAT_PARTS),
  pool: Count,
  version: Count,
  have: Count,
  from: Count,
  to: Count.nullable(),
});
const Arguments = z.array(z.string().max(MAX_NAME_CHARS)).max(4);
const Selection = z.object({
  services: z.array(Name).max(100).nullable(),
  id: z.string().max(MAX_NAME_CHARS).nullable(),
  prioLimit: z.number().int(),
  values: z.boolean(),
});

type Owner = Pick<ModuleCallsOwner, "link" | "log" | "held">;

/** The calls that read, for one process. */
export function dataCalls(
  owner: Owner,
): Pick<HostSide, "get" | "osdMap" | "statHead" | "statPage" | "read" | "perfColumns"> {
  const { link, held } = owner;
  const pages = new OneByOne();
  return {
    get: async (data, have) => await get(owner, parse("name", Name, data), have),
    osdMap: (have) => {
      held.hold("osdMap", link.moment("osdMap"));
      return Promise.resolve(link.osdMap(parse("epoch", Count, have)) ?? null);
    },
    statHead: async (have) => {
      const head = await link.statHead();
      if (head === undefined) return null;
      const { version, json } = head;
      held.hold("statHead", version);
      return { version, json: version === have ? null : new TextEncoder().encode(json) };
    },
    statPage: (query) => pages.run(() => link.statPage(parse("query", Query, query)) ?? null),
    read: async (call, args) => {
      const texts = parse("arguments", Arguments, args);
      const value = await link.read(parse("call", Name, call), texts);
      return new TextEncoder().encode(cephJson(value ?? null));
    },
    perfColumns: async (selection) => perfAnswer(await link.perfColumns(selectionOf(selection))),
  };
}

async function get({ link, log, held }: Owner, name: string, have: unknown): Promise<DataAnswer | null> {
  const data = link.get(name);
  if (data === undefined) {
    log.write("error", `get('${name}'): there is no such data, or none yet`);
    return null;
  }
  held.hold(name, data.version);
  return { version: data.version, json: data.version === have ? null : await data.json() };
}

function selectionOf(value: unknown): CounterSelection {
  const { services, id, ...rest } = parse("selection", Selection, value);
  return { ...rest, ...(services && { services }), ...(id !== null && { id }) };
}

function perfAnswer({ types, layouts, daemons, values, counts }: PerfColumns): PerfAnswer {
  const head = { types, layouts: layouts.map((layout) => [...layout]), daemons };
  const bytes = (words: Uint32Array): Uint8Array =>
    new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return {
    head: new TextEncoder().encode(JSON.stringify(head)),
    values: bytes(values),
    counts: bytes(counts),
  };
}
