/** A development cluster grants what the manifests of its modules ask for: their authors are their operators. */

import { join } from "node:path";
import { parsePermission } from "../../mgr/host/permissions/permission.ts";
import { GRANTS_FRONT, readRecord, writeRecord } from "../../mgr/host/permissions/standing.ts";
import { BY_NAME_ONLY } from "../../mgr/host/permissions/verb_forms.ts";

/** Larger manifests are mistakes. */
const MAX_MANIFEST_BYTES = 1 << 20;

/** Values by key: what has to be stored so that the modules in these directories have what they ask for. */
export function missingGrants(
  roots: readonly string[],
  stored: ReadonlyMap<string, Uint8Array>,
): Map<string, Uint8Array> {
  const missing = new Map<string, Uint8Array>();
  for (const { name, asked } of roots.flatMap(modulesIn)) {
    const key = GRANTS_FRONT + name;
    const record = stored.get(key);
    const decided = record && readRecord(record).decided;
    // A decision about the same manifest is kept: somebody may have revoked something.
    if (asked.length === 0 || String(decided) === String(asked)) continue;
    missing.set(key, writeRecord({ granted: asked, decided: asked }));
  }
  return missing;
}

interface Asking {
  readonly name: string;
  /** Permissions that may be granted unseen: not those that lead out of the sandbox. */
  readonly asked: readonly string[];
}

function modulesIn(root: string): Asking[] {
  try {
    return [...Deno.readDirSync(root)].filter(({ isFile }) => !isFile)
      .map(({ name }) => ({ name, asked: askedBy(join(root, name, "deno.json")) }));
  } catch (e) {
    if (e instanceof Deno.errors.NotFound || e instanceof Deno.errors.NotADirectory) return [];
    throw e;
  }
}

/** Nothing for what is no manifest: the manager says what is wrong with it. */
function askedBy(manifest: string): string[] {
  try {
    if (Deno.statSync(manifest).size > MAX_MANIFEST_BYTES) return [];
    const { mgr } = JSON.parse(Deno.readTextFileSync(manifest)) as { mgr?: { permissions?: unknown } };
    return Array.isArray(mgr?.permissions) ? mgr.permissions.filter(isHarmless) : [];
  } catch {
    return [];
  }
}

function isHarmless(text: unknown): text is string {
  try {
    return typeof text === "string" && !BY_NAME_ONLY.has(parsePermission(text).verb);
  } catch {
    return false;
  }
}
