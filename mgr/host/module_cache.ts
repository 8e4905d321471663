/** Deno's cache as modules get it: it has the packages of another cache, and no place to store anything. */

/**
 * Where `caches` and `localStorage` keep their data. They ask for no permission, and Workers have them whatever the
 * runner deletes; a file in place of the directory makes them throw.
 */
const STORAGE = "location_data";

/** Packages of npm, and files of JSR and of other hosts. Upstream: cli/cache/deno_dir.rs */
export const PACKAGES = ["npm", "remote"] as const;

/**
 * Makes the directory ready, new or of a former start: compiled code in it makes starts quicker. Throws when it cannot be
 * written.
 */
export function makeModuleCache(directory: string, packages: string): string {
  Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
  closeStorage(`${directory}/${STORAGE}`);
  for (const part of PACKAGES) {
    if (isReadable(`${packages}/${part}`)) link(`${packages}/${part}`, `${directory}/${part}`);
    else unlink(`${directory}/${part}`);
  }
  return directory;
}

/** The manager's own cache. Upstream: deno_dir in cli/cache/deno_dir.rs */
export function denoDirectory(env: Readonly<Record<string, string>>): string {
  if (env.DENO_DIR) return env.DENO_DIR;
  if (env.XDG_CACHE_HOME) return `${env.XDG_CACHE_HOME}/deno`;
  return `${env.HOME ?? "/root"}/.cache/deno`;
}

function closeStorage(path: string): void {
  const kind = kindOf(path);
  if (kind?.isFile) return;
  if (kind !== undefined) Deno.removeSync(path, { recursive: true });
  Deno.writeTextFileSync(path, "");
}

function link(target: string, path: string): void {
  const kind = kindOf(path);
  if (kind?.isSymlink && Deno.readLinkSync(path) === target) return;
  if (kind !== undefined) Deno.removeSync(path, { recursive: true });
  Deno.symlinkSync(target, path);
}

/** Not when it is somebody else's, from before we gave up root. */
function isReadable(directory: string): boolean {
  try {
    for (const _ of Deno.readDirSync(directory)) break;
    return true;
  } catch {
    return false;
  }
}

function unlink(path: string): void {
  if (kindOf(path) !== undefined) Deno.removeSync(path, { recursive: true });
}

function kindOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (e) {
    if (e instanceof Deno.errors.NotFound) return undefined;
    throw e;
  }
}
