/** The outcome of a comparison as a table. */

import type { Comparison, DifferenceKind } from "./compare.ts";

/** One name of get(), or one call. */
export interface NameReport extends Comparison {
  readonly kind: "get" | "calls";
  readonly name: string;
}

const KINDS: readonly DifferenceKind[] = ["missing", "extra", "order", "type", "value"];
/** Differences that are shown of each name. */
const MAX_SHOWN = 20;

/** A table for people; below it every difference. */
export function textReport(reports: readonly NameReport[]): string {
  const width = Math.max(...reports.map(({ name }) => name.length));
  const head = ["values", "natural", ...KINDS].map((word) => word.padStart(8)).join("");
  const lines = reports.map((report) =>
    report.name.padEnd(width) + cells(report).map((n) => n.padStart(8)).join("")
  );
  return [`${" ".repeat(width)}${head}`, ...lines, ...reports.flatMap(details)].join("\n");
}

function cells({ values, natural, differences }: NameReport): string[] {
  const counts = KINDS.map((kind) => differences.filter((d) => d.kind === kind).length);
  return [values, natural, ...counts].map(String);
}

function details({ differences }: NameReport): string[] {
  const shown = differences.slice(0, MAX_SHOWN).map(({ kind, path, real, own }) =>
    `${kind} ${path}\n    ceph-mgr ${real}\n    ganglion ${own}`
  );
  const left = differences.length - shown.length;
  return left > 0 ? [...shown, `.. and ${left} more`] : shown;
}
