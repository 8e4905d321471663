/** The modules of the real ceph-mgr, and one of ours beside them. */

const REAL_MODULES = "/usr/share/ceph/mgr";

/** A directory below `directory` with the distribution's modules and the Python module `name` that lies at `path`. */
export async function realModules(directory: string, name: string, path: string): Promise<string> {
  const modules = `${directory}/modules`;
  await Deno.mkdir(modules);
  for await (const { name } of Deno.readDir(REAL_MODULES)) {
    await Deno.symlink(`${REAL_MODULES}/${name}`, `${modules}/${name}`);
  }
  await Deno.symlink(path, `${modules}/${name}`);
  return modules;
}
