/** Perf queries as modules write them: names and regular expressions, checked as the daemons will read them. */

import { z } from "zod";
import type { HostSide } from "../contract.ts";
import type { ModuleCallsOwner } from "../module_calls.ts";
import { parse } from "../parse.ts";
import { schemaError } from "../schema_error.ts";
import type { MetricKind } from "../../types/metric_message.ts";
import {
  MdsCounter,
  MdsSubKey,
  OsdCounter,
  OsdSubKey,
  type PerfLimit,
  type PerfQuery,
} from "../../types/perf_query.ts";

/** Sub keys and counters by the names of Ceph's interface: `clientId` is `client_id`. */
const KINDS: Readonly<Record<MetricKind, { subKeys: Names; counters: Names }>> = {
  osd: { subKeys: snakeCase(OsdSubKey), counters: snakeCase(OsdCounter) },
  mds: { subKeys: snakeCase(MdsSubKey), counters: snakeCase(MdsCounter) },
};

type Names = ReadonlyMap<string, number>;

function snakeCase(table: Readonly<Record<string, number>>): Names {
  const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return new Map(Object.entries(table).map(([name, value]) => [snake(name), value]));
}

const MAX_REGEX_CHARS = 1024;
const Query = z.object({
  keyDescriptor: z.array(z.object({ type: z.string(), regex: z.string().max(MAX_REGEX_CHARS) })).min(1).max(
    16,
  ),
  counters: z.array(z.string()).max(32),
  limit: z.object({ orderBy: z.string(), maxCount: z.number().int().positive() }).optional(),
});

const Kind = z.enum(["osd", "mds"]);

/** The calls about perf queries, for one process. */
export function perfQueryCalls(
  { link, reports }: Pick<ModuleCallsOwner, "link" | "reports">,
): Pick<HostSide, "addPerfQuery" | "removePerfQuery" | "perfQueryCounters"> {
  /** Queries of other modules are nobody's business. */
  const own = (kind: unknown, id: unknown): [MetricKind, number] => {
    const metric = parse("kind", Kind, kind);
    const number = parse("id", z.number(), id);
    if (reports.hasQuery(metric, number)) return [metric, number];
    throw new Error(`Cannot find perf query ${number}: this module has no such`);
  };
  return {
    addPerfQuery: (kind, value) => {
      const metric = parse("kind", Kind, kind);
      const { query, limit } = readQuery(metric, value);
      const id = link.addPerfQuery(metric, query, limit);
      reports.queryAdded(metric, id);
      return Promise.resolve(id);
    },
    removePerfQuery: (kind, id) => {
      const [metric, number] = own(kind, id);
      reports.queryRemoved(metric, number);
      return Promise.resolve(link.removePerfQuery(metric, number));
    },
    perfQueryCounters: (kind, id) => Promise.resolve(link.perfQueryAnswer(...own(kind, id))),
  };
}

/** A query in numbers. Throws a TypeError that names what is wrong with it. */
export function readQuery(
  kind: MetricKind,
  value: unknown,
): { query: PerfQuery; limit: PerfLimit | undefined } {
  const parsed = Query.safeParse(value);
  if (!parsed.success) {
    throw new TypeError(`Cannot take the perf query: ${schemaError(parsed.error)}`);
  }
  const { keyDescriptor, counters, limit } = parsed.data;
  if (kind === "osd" && counters.length === 0) throw new TypeError("Cannot take the perf query: no counters");
  const query = {
    keyDescriptor: keyDescriptor.map(({ type, regex }) => ({
      type: numberOf(KINDS[kind].subKeys, "type", type),
      regex: checkRegex(regex),
    })),
    counters: counters.map((name) => numberOf(KINDS[kind].counters, "counter", name)),
  };
  if (limit === undefined) return { query, limit };
  if (!counters.includes(limit.orderBy)) {
    throw new TypeError(
      `Cannot take the perf query: it is ordered by ${limit.orderBy}, which it does not count`,
    );
  }
  const orderBy = numberOf(KINDS[kind].counters, "counter", limit.orderBy);
  return { query, limit: { orderBy, maxCount: limit.maxCount } };
}

function numberOf(names: Names, what: string, name: string): number {
  const number = names.get(name);
  if (number !== undefined) return number;
  throw new TypeError(
    `Cannot take the perf query: unknown ${what} '${name}', not one of ${[...names.keys()].join(", ")}`,
  );
}

/** A daemon silently drops a query whose expression it cannot compile or that captures nothing. */
function checkRegex(text: string): string {
  let captures: number;
  try {
    captures = new RegExp(`${text}|`).exec("")!.length - 1;
  } catch (e) {
    throw new TypeError(`Cannot take the perf query: ${e instanceof Error ? e.message : e}`);
  }
  if (captures > 0) return text;
  throw new TypeError(`Cannot take the perf query: the regular expression '${text}' has no capture group`);
}
