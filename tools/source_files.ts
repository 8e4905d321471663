/** The files that the checks look at. */

import { fileURLToPath } from "node:url";

/** The top of the tree, with a slash at its end. */
export const TOP = fileURLToPath(import.meta.resolve("../"));

/** Folders that hold code. */
export const ROOTS = ["mgr", "sdk", "modules", "tests", "tools"] as const;

/** One file: its path from the top, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Paths below the folders that end in `suffix`, sorted, from the top of the tree. */
export async function filesBelow(folders: readonly string[], suffix: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) await walk(folder, suffix, found);
  return found.sort();
}

/** The files with their texts. */
export async function readFiles(paths: readonly string[]): Promise<SourceFile[]> {
  return await Promise.all(paths.map(async (path) => ({ path, text: await Deno.readTextFile(TOP + path) })));
}

/** Tests and benchmarks: they may import what the code beside them may not. */
export function isTest(path: string): boolean {
  return /_(?:test|bench)\.ts$/.test(path) || path.startsWith("tests/");
}

async function walk(folder: string, suffix: string, found: string[]): Promise<void> {
  let entries: Deno.DirEntry[];
  try {
    entries = await Array.fromAsync(Deno.readDir(TOP + folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  for (const { name, isDirectory } of entries) {
    if (isDirectory && name !== "node_modules" && !name.startsWith(".")) {
      await walk(`${folder}/${name}`, suffix, found);
    } else if (!isDirectory && name.endsWith(suffix)) found.push(`${folder}/${name}`);
  }
}
