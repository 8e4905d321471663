/** Counters in bulk, as they come from the host. */

import type { PerfColumns } from "@ganglion/sdk";
import type { PerfAnswer } from "../contract.ts";

interface Head {
  readonly types: readonly {
    readonly path: string;
    readonly description: string;
    readonly nick: string;
    readonly type: number;
    readonly priority: number;
    readonly unit: number;
  }[];
  readonly layouts: PerfColumns["layouts"];
  readonly daemons: PerfColumns["daemons"];
}

/** As modules see them. */
export function readPerfColumns({ head, values, counts }: PerfAnswer): PerfColumns {
  const { types, layouts, daemons }: Head = JSON.parse(new TextDecoder().decode(head));
  const counters = types.map(({ path, description, nick, type, priority, unit }) => ({
    path,
    description,
    ...(nick !== "" && { nick }),
    type,
    priority,
    units: unit,
  }));
  return { counters, layouts, daemons, values: words(values), counts: words(counts) };
}

/** The bytes of a frame are not aligned to words. */
function words(bytes: Uint8Array): BigUint64Array {
  return new BigUint64Array(bytes.slice().buffer);
}
