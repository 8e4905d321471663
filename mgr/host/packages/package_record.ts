/** What is written down of an installed package: its versions, where each comes from, and the hash of every file. */

import { z } from "zod";
import { isModuleName } from "../manifest.ts";

/** The version in use, and the two before it. */
export const MAX_VERSIONS = 3;
/** Of a package with everything that it imports: beyond that somebody vendors the world. */
export const PACKAGE_LIMITS = { files: 20_000, bytes: 256 * 1024 * 1024 } as const;
/** Rises when a record of before cannot be read any more. */
const FORMAT = 1;

/** A file name: no path, no hidden file. */
const VersionId = z.string().max(200).regex(/^[A-Za-z0-9][\w.+-]*$/);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const VersionSchema = z.object({
  id: VersionId,
  /** As the operator named it: where an update looks. */
  source: z.string(),
  /** The same with the exact version. */
  pinned: z.string(),
  version: z.string(),
  installed: z.string(),
  registries: z.object({ jsr: z.string(), npm: z.string() }),
  files: z.record(z.string(), Sha256),
});

const RecordSchema = z.object({
  format: z.literal(FORMAT),
  name: z.string().refine(isModuleName),
  versions: z.array(VersionSchema).min(1).max(MAX_VERSIONS),
});

/** One version of a package. Its files are in the directory `id` of the package: `module/..`, and `cache/..` of Deno. */
export type PackageVersion = Readonly<z.infer<typeof VersionSchema>>;

/** A package; the first version is in use, the others are kept for a rollback, newest first. */
export interface PackageRecord {
  readonly name: string;
  readonly versions: readonly [PackageVersion, ...PackageVersion[]];
}

/** Throws an Error of one line for a text that no record is. */
export function parseRecord(text: string): PackageRecord {
  const { name, versions: [current, ...others] } = RecordSchema.parse(JSON.parse(text));
  return { name, versions: [current!, ...others] };
}

/** The text that `parseRecord` reads. */
export function formatRecord({ name, versions }: PackageRecord): string {
  return `${JSON.stringify({ format: FORMAT, name, versions }, undefined, 1)}\n`;
}
