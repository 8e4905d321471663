/** What `--format` makes of an answer: JSON and YAML with the blanks, the order and the quotes of Python's. */

import { OrchestratorError } from "@ganglion/sdk/orchestrator";
import { dump, YAML11_SCHEMA } from "js-yaml";

/** What can be asked for. */
export const FORMATS = ["plain", "json", "json-pretty", "yaml", "xml-pretty", "xml"] as const;

/** One of them. */
export type Format = (typeof FORMATS)[number];

/** Whether the keys of an object stand in their own order in YAML; JSON always has them sorted. */
export type Order = "sorted" | "as they are";

/** One value, or a list of which YAML makes documents. Throws OrchestratorError for formats that nobody has. */
export function formatted(format: Format, value: unknown, order: Order = "sorted"): string {
  if (format === "json") return pythonJson(value);
  if (format === "json-pretty") return JSON.stringify(sorted(value), null, 2);
  if (format !== "yaml") {
    throw new OrchestratorError(`format '${format.replace("-", "_")}' is not implemented.`);
  }
  return (Array.isArray(value) ? value : [value]).map((one) => yaml(one, order)).join("---\n");
}

/** JSON on one line as Python writes it: keys in order, a blank behind commas and colons. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return asciiJson(value);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined).sort(byKey);
  return `{${entries.map(([key, one]) => `${asciiJson(key)}: ${pythonJson(one)}`).join(", ")}}`;
}

function yaml(value: unknown, order: Order): string {
  return dump(order === "sorted" ? sorted(value) : sortedBelow(value), {
    schema: YAML11_SCHEMA,
    seqNoIndent: true,
    noRefs: true,
  });
}

function asciiJson(value: unknown): string {
  return (JSON.stringify(value) ?? "null").replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(byKey).map(([key, one]) => [key, sorted(one)]));
}

/** Its own keys stay where they are. */
function sortedBelow(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return sorted(value);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, sorted(one)]));
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
