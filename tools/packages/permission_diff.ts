/** What another version of a module asks for more, or less. Pure. */

import { parseManifest } from "../../mgr/host/manifest.ts";
import { formatPermission } from "../../mgr/host/permissions/permission.ts";

/** Permissions as people write them. */
export interface PermissionDiff {
  readonly more: readonly string[];
  readonly less: readonly string[];
}

/** Compares two lists. */
export function permissionDiff(before: readonly string[], after: readonly string[]): PermissionDiff {
  return {
    more: after.filter((permission) => !before.includes(permission)),
    less: before.filter((permission) => !after.includes(permission)),
  };
}

/** What a manifest asks for. Throws an Error of one line for a manifest that cannot be used. */
export function permissionsOf(manifestText: string): string[] {
  return parseManifest(manifestText).permissions.map(formatPermission);
}

/** A line each, + and -; and what has to be done for those that are new. */
export function diffText(name: string, { more, less }: PermissionDiff): string {
  if (more.length + less.length === 0) return "it asks for the same permissions as before\n";
  const lines = [...more.map((text) => `  + ${text}`), ...less.map((text) => `  - ${text}`)];
  const hint = more.length === 0
    ? ""
    : `what is new is refused until it is granted: ceph module permissions diff ${name}\n`;
  return `it asks for other permissions than before:\n${lines.join("\n")}\n${hint}`;
}
