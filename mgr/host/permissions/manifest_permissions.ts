/** The key `mgr.permissions` of a manifest: a list of the same texts that `module permissions grant` takes. */

import { z } from "zod";
import { formatPermission, MAX_PERMISSION_CHARS, parsePermission, type Permission } from "./permission.ts";

/** Permissions of one module. */
export const MAX_PERMISSIONS = 200;

/** Reads texts into permissions, each once, in the order of the manifest; what is wrong is told by its place. */
export const ManifestPermissions = z.array(z.string().max(MAX_PERMISSION_CHARS)).max(MAX_PERMISSIONS)
  .transform((texts, context): readonly Permission[] => {
    const found = new Map<string, Permission>();
    for (const [at, text] of texts.entries()) {
      try {
        const permission = parsePermission(text);
        found.set(formatPermission(permission), permission);
      } catch (e) {
        context.addIssue({ code: "custom", path: [at], message: (e as Error).message });
      }
    }
    return [...found.values()];
  });
