/** What a cluster has answered to a module, in a file: `deno task record` writes it, TestManager.replay() plays it back. */

import type { PerfAnswer, PerfSelection } from "../../mgr/host/contract.ts";
import type { DataReader } from "../../mgr/host/runner/cluster_reader.ts";
import type { ByDaemon, PerfCounter } from "../perf.ts";
import { formatData, parseData } from "../exact.ts";
import type { TestSetup } from "./test_setup.ts";
import { perfAnswer } from "./counters.ts";
import { MemoryData } from "./memory_data.ts";

/** Of the file; another number is another layout. */
const FORMAT = 1;

/** What the recorded module had. */
export interface RecordedModule {
  /** Its name. */
  readonly name: string;
  /** Options that were set, as text: `place`, and `x/place` for one manager. */
  readonly options: Readonly<Record<string, string>>;
  /** Its keys: values in Base64. */
  readonly store: Readonly<Record<string, string>>;
}

/** One moment of a cluster. It holds no keys; values of a module's store only where somebody asked for them. */
export interface Recording {
  /** 1 */
  readonly format: number;
  /** Milliseconds since 1970. */
  readonly recordedAt: number;
  /** `x` of mgr.x. */
  readonly mgrId: string;
  /** `ceph version 16.2.15 (..) pacific (stable)` */
  readonly version: string;
  /** By name of `get()`; null where there was nothing. */
  readonly data: Readonly<Record<string, unknown>>;
  /** What accessors answered: name of the call, arguments, answer. */
  readonly facts: readonly (readonly [call: string, args: readonly string[], answer: unknown])[];
  /** All counters of all daemons. */
  readonly counters: ByDaemon<PerfCounter>;
  /** The encoded OSDMap in Base64; "" when there was none. */
  readonly osdMap: string;
  /** A module that was recorded with it. */
  readonly module?: RecordedModule;
}

/** Reads the text of a file. Throws an Error for a text that is no recording. */
export function parseRecording(text: string): Recording {
  let value: unknown;
  try {
    value = parseData(text);
  } catch (e) {
    throw new Error(`Cannot read the recording: ${(e as Error).message}`);
  }
  const format = (value as Partial<Recording> | null)?.format;
  if (format !== FORMAT) {
    throw new Error(`Cannot read the recording: its format is ${format}, not ${FORMAT}; record it anew`);
  }
  return value as Recording;
}

/** The text of a file. */
export function formatRecording(recording: Omit<Recording, "format">): string {
  return formatData({ format: FORMAT, ...recording });
}

/** What a test says of a module, with what was recorded of it and of its cluster. Rejects for a file that is none. */
export async function recordingSetup(
  source: string | URL | Recording,
  setup: Omit<TestSetup, "cluster">,
): Promise<TestSetup> {
  const isFile = typeof source === "string" || source instanceof URL;
  const recording = isFile ? parseRecording(await Deno.readTextFile(source)) : source;
  const { module, mgrId } = recording;
  const stored = Object.entries(module?.store ?? {}).map(([key, text]) => [key, Uint8Array.fromBase64(text)]);
  return {
    mgrId,
    ...(module && { name: module.name }),
    ...setup,
    options: { ...module?.options, ...setup.options },
    store: { ...Object.fromEntries(stored), ...setup.store },
    cluster: recording,
  };
}

/** A recording as the cluster behind a test manager. */
export class ReplayedCluster {
  readonly #recording: Recording;
  readonly #facts: ReadonlyMap<string, unknown>;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#facts = new Map(recording.facts.map(([call, args, answer]) => [keyOf(call, args), answer]));
  }

  /** Reads data; a name that was not recorded, or had nothing, is null. */
  reader(): DataReader {
    const data = new MemoryData();
    const { osdMap } = this.#recording;
    if (osdMap !== "") data.setOsdMap(Uint8Array.fromBase64(osdMap));
    for (const [name, value] of Object.entries(this.#recording.data)) {
      if (value !== null) data.set(name, value);
    }
    return data;
  }

  /** A fact; undefined when nobody asked for it while it was recorded. */
  read(call: string, args: readonly string[]): { readonly value: unknown } | undefined {
    const sample = SAMPLES[call];
    if (sample !== undefined) return { value: sample(this.#counter(args)) };
    const key = keyOf(call, args);
    if (this.#facts.has(key)) return { value: this.#facts.get(key) };
    return MISSING.has(call) ? { value: null } : undefined;
  }

  /** Counters in columns. */
  perfColumns(selection: PerfSelection): PerfAnswer {
    return perfAnswer(this.#recording.counters, selection);
  }

  /** The one sample that was recorded: seconds since 1970, value, and count of an average. */
  #counter([type, id, path]: readonly string[]): readonly number[] | undefined {
    const counter = this.#recording.counters[`${type}.${id}`]?.[path!];
    if (counter === undefined) return undefined;
    const { value, count } = counter;
    return [this.#recording.recordedAt / 1000, value, ...(count === undefined ? [] : [count])];
  }
}

const keyOf = (call: string, args: readonly string[]): string => JSON.stringify([call, ...args]);

/** Of what is not in the cluster these answer null. */
const MISSING: ReadonlySet<string> = new Set(["getMetadata", "getDaemonStatus"]);

/** Calls that ask for samples of one counter. */
const SAMPLES: Readonly<Record<string, (sample: readonly number[] | undefined) => unknown>> = {
  getCounter: (sample) => sample === undefined ? [] : [sample],
  getLatestCounter: (sample) => sample ?? [],
};
