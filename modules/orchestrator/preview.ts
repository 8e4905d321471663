/** What a backend would do, as `--dry-run` shows it. Upstream: generate_preview_tables */

import type { Json, JsonObject } from "@ganglion/sdk/orchestrator";
import { framedTable } from "./framed_table.ts";

const asObject = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value as JsonObject : {};
const asList = (value: Json | undefined): readonly Json[] => Array.isArray(value) ? value : [];

/** Two tables: services, and OSDs; or what keeps the backend from planning. */
export function previewText(plan: readonly JsonObject[]): string {
  const errors = plan.map(({ error }) => error).filter(Boolean);
  if (errors.length > 0) return JSON.stringify(errors);
  const warnings = plan.map(({ warning }) => warning).filter(Boolean).join("");
  return `
${warnings}

####################
SERVICESPEC PREVIEWS
####################
${serviceTable(plan)}

################
OSDSPEC PREVIEWS
################
${osdTable(plan)}
`;
}

function serviceTable(plan: readonly JsonObject[]): string {
  const rows = plan.filter(({ warning, service_type: type }) => !warning && type !== "osd").map((one) => [
    String(one.service_type),
    String(one.service_name),
    asList(one.add).join(" "),
    asList(one.remove).join(" "),
  ]);
  return framedTable("SERVICESPEC PREVIEW", ["SERVICE", "NAME", "ADD_TO", "REMOVE_FROM"], rows);
}

function osdTable(plan: readonly JsonObject[]): string {
  const specs = plan.filter(({ service_type: type }) => type === "osd").flatMap(({ data }) =>
    Object.entries(asObject(data)).flatMap(([host, ofHost]) =>
      asList(ofHost).map((spec) => [host, asObject(spec)] as const)
    )
  );
  const failed = specs.find(([, { error }]) => error);
  if (failed !== undefined) return String(failed[1].message);
  const notes = specs.flatMap(([, spec]) => asList(spec.notes).map((note) => `${note}\n`)).join("");
  const rows = specs.flatMap(([host, spec]) =>
    asList(spec.data).map(asObject).filter((osd) => osd.data).map((osd) => [
      "osd",
      String(spec.osdspec),
      host,
      String(osd.data),
      String(osd.block_db ?? "-"),
      String(osd.block_wal ?? "-"),
    ])
  );
  return notes + framedTable("OSDSPEC PREVIEWS", ["SERVICE", "NAME", "HOST", "DATA", "DB", "WAL"], rows);
}
