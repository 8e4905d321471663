/** What answers a module where a test has said nothing: a cluster in memory, or the recording of one. */

import type { PerfAnswer, PerfSelection } from "../../mgr/host/contract.ts";
import type { DataReader } from "../../mgr/host/runner/cluster_reader.ts";

/** As the manager answers. */
export interface ClusterBehind {
  /** Reads data as a module's process does. */
  reader(): DataReader;
  /** A fact, by the name of the method that asks for it; undefined when it is not known. Throws the manager's text. */
  read(call: string, args: readonly string[]): { readonly value: unknown } | undefined;
  /** Counters in columns. */
  perfColumns(selection: PerfSelection): PerfAnswer;
}
