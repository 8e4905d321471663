/** What an operator installs: a directory, a package of JSR, a package of npm. Pure. */

import { isModuleName } from "../../mgr/host/manifest.ts";
import { PackageError } from "./package_error.ts";
import { isRange } from "./versions.ts";

/** Where a package comes from. */
export type PackageSource =
  | { readonly kind: "directory"; readonly path: string }
  | RegistrySource;

/** A package of a registry. */
export interface RegistrySource {
  readonly kind: "jsr" | "npm";
  /** `@scope/name`, or a name alone for npm. */
  readonly name: string;
  /** `1.2.3`, `^1.2`, `~1.2.3`, `1`; empty for the newest. */
  readonly range: string;
}

const REGISTRY = /^(jsr|npm):((?:@[a-z0-9][a-z0-9._-]{0,63}\/)?[a-z0-9][a-z0-9._-]{0,127})(?:@([^@/]*))?$/;

/** Reads `jsr:@scope/name@^1`, `npm:name`, or a path. Throws PackageError. */
export function parseSource(text: string): PackageSource {
  if (!/^[a-z]+:/.test(text)) return { kind: "directory", path: text };
  const [, kind, name, range = ""] = REGISTRY.exec(text) ?? [];
  if ((kind !== "jsr" && kind !== "npm") || name === undefined || (kind === "jsr" && !name.startsWith("@"))) {
    throw new PackageError(
      `Cannot install ${text}: name a directory, jsr:@scope/name[@version] or npm:name[@version]`,
    );
  }
  if (!isRange(range)) {
    throw new PackageError(`Cannot install ${text}: the version is one like 1.2.3, ^1.2 or ~1.2.3`);
  }
  return { kind, name, range };
}

/** The name of the module: what the package is called without its scope. Throws PackageError. */
export function moduleNameOf(packageName: string): string {
  const name = packageName.replace(/^.*\//, "").replaceAll(/[-.]/g, "_");
  if (isModuleName(name)) return name;
  throw new PackageError(
    `Cannot name a module after ${packageName}: choose a name of a-z, 0-9 and _ with --name`,
  );
}
