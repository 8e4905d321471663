/** A module's own deno.json: what the manager reads of it. Deno never sees that file. */

import { z } from "zod";
import { ManifestPermissions } from "./permissions/manifest_permissions.ts";
import type { Permission } from "./permissions/permission.ts";

/** Names of modules are parts of option names, of keys and of paths. */
const MODULE_NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** `.` alone, or subpaths of which only `.` counts here. */
const Exports = z.union([
  z.string(),
  z.looseObject({ ".": z.string() }).transform((exports) => exports["."]),
]);

const Imports = z.record(z.string(), z.string());

/** Seconds between two rounds on a schedule: what runs more often had better run always. */
const MIN_WAKE_S = 10;
const MAX_WAKE_S = 7 * 24 * 3600;

/** What follows from the manifest is decided here, so unknown keys of Deno's are let through. */
const DenoJson = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  exports: Exports.default("./mod.ts"),
  imports: Imports.default({}),
  mgr: z.looseObject({
    permissions: ManifestPermissions.default([]),
    activation: z.enum(["always", "on-demand"]).default("always"),
    wake: z.number().int().min(MIN_WAKE_S).max(MAX_WAKE_S).optional(),
  }),
});

/** What the manager needs to know of a module before it runs any of it. */
export interface Manifest {
  readonly version: string;
  /** Path of the module's first file, relative to its directory. */
  readonly entry: string;
  readonly imports: Readonly<Record<string, string>>;
  /** What the module asks for; the operator grants it, or not. */
  readonly permissions: readonly Permission[];
  /** It runs when something asks for it, and every `wakeMs`; undefined: while it is enabled. */
  readonly onDemand?: { readonly wakeMs: number | undefined };
}

/** Reads the text of deno.json. Throws an Error of one line that says what to mend. */
export function parseManifest(text: string): Manifest {
  const { version = "", exports: entry, imports, mgr } = check(parse(text));
  const path = entry.replace(/^\.\//, "");
  if (path.startsWith("/") || path.split("/").includes("..") || /^[a-z]+:/.test(path)) {
    throw new Error(`Cannot use deno.json: "exports" names ${entry}, which is outside of the module`);
  }
  return { version, entry: path, imports, permissions: mgr.permissions, ...activationOf(mgr) };
}

function activationOf({ activation, wake }: z.infer<typeof DenoJson>["mgr"]): Pick<Manifest, "onDemand"> {
  if (activation === "on-demand") {
    return { onDemand: { wakeMs: wake === undefined ? undefined : wake * 1000 } };
  }
  if (wake === undefined) return {};
  throw new Error(`Cannot use deno.json: "mgr.wake" goes with "activation": "on-demand" only`);
}

/** Whether a directory's name can be that of a module. */
export function isModuleName(name: string): boolean {
  return MODULE_NAME.test(name);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (e) {
    throw new Error(`Cannot read deno.json: ${e instanceof Error ? e.message : e}`);
  }
}

function check(value: unknown): z.infer<typeof DenoJson> {
  const result = DenoJson.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue!.path.join(".");
  if (path === "mgr") throw new Error(`Cannot use deno.json: it has no "mgr" key; add "mgr": {}`);
  throw new Error(`Cannot use deno.json: "${path}": ${issue!.message}`);
}
