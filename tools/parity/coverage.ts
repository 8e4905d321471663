/** Writes the table of what modules can read into docs/coverage.md, between its two marks. */

import { BIGINT_KEYS } from "../../sdk/exact.ts";
import type { NameReport } from "./report.ts";
import { RULES } from "./rules.ts";

/** The section that `tools/parity/main.ts --write` owns. */
const BEGIN = "<!-- parity: begin -->";
const END = "<!-- parity: end -->";

const TITLES: Readonly<Record<NameReport["kind"], string>> = {
  get: "Names of `get()`",
  calls: "Other calls",
};

/** The document with its section replaced, or with one at its end. */
export function withParity(document: string, reports: readonly NameReport[]): string {
  const section = `${BEGIN}\n${parityMarkdown(reports)}${END}\n`;
  const begin = document.indexOf(BEGIN);
  if (begin < 0) return `${document.trimEnd()}\n\n${section}`.trimStart();
  const after = document.slice(document.indexOf(END) + END.length).replace(/^\n/, "");
  return document.slice(0, begin) + section + after;
}

/** Tables by kind, then what may differ and why, then which numbers are bigints. */
export function parityMarkdown(reports: readonly NameReport[]): string {
  const kinds = [...new Set(reports.map(({ kind }) => kind))];
  return [
    "## What modules can read, compared with ceph-mgr 16.2.15",
    "",
    "The same module in Python inside ceph-mgr and in TypeScript inside Ganglion dump what they can read of one cluster;",
    "`tools/parity/main.ts` compares key by key: names, order, types, values. It wrote this section.",
    "",
    ...kinds.flatMap((kind) => [...tableOf(TITLES[kind], reports.filter((r) => r.kind === kind)), ""]),
    "### Values that may differ",
    "",
    ...reasons(RULES.natural).map(([why, patterns]) => `- ${why}: ${patterns}`),
    ...reasons(RULES.drifting).map(([why, patterns]) => `- a little, because ${why}: ${patterns}`),
    "",
    "### Numbers of 64 bits",
    "",
    `Numbers under these keys are \`bigint\` in modules: ${
      BIGINT_KEYS.map((key) => `\`${key}\``).join(", ")
    }.`,
    "All others are quantities: `number`, rounded above 2^53. Columns of counters are exact.",
    "",
  ].join("\n");
}

function tableOf(title: string, reports: readonly NameReport[]): string[] {
  return [
    `### ${title}`,
    "",
    "| name | values | may differ | differences |",
    "|---|---:|---:|---:|",
    ...reports.map(({ name, values, natural, differences }) =>
      `| \`${name}\` | ${values} | ${natural} | ${differences.length} |`
    ),
  ];
}

/** Patterns by their reason. */
function reasons(rules: Readonly<Record<string, string>>): [why: string, patterns: string][] {
  const byWhy = Map.groupBy(Object.entries(rules), ([, why]) => why);
  return [...byWhy].map(([why, entries]) => [why, entries.map(([pattern]) => `\`${pattern}\``).join(", ")]);
}
