/** The SDK as a package of its own: what it exports, and all of the manager that stands behind `testing`. */

/** The package's own name, by which the manager's code imports it. */
const OWN_NAME = "@ganglion/sdk";

/** What sdk/deno.json says. */
export interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
}

/** A module of the graph, as `deno info --json` lists it. */
export interface GraphModule {
  readonly specifier: string;
}

/** Files of the package among the modules of a graph, as paths below `root` (with a slash at its end). */
export function filesOf(modules: readonly GraphModule[], root: string): string[] {
  const local = modules.map(({ specifier }) => specifier).filter((specifier) => specifier.startsWith(root));
  return local.map((specifier) => specifier.slice(root.length)).sort();
}

/** npm packages among the modules, by the names they are imported as. */
export function npmOf(
  modules: readonly GraphModule[],
  imports: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const used = (name: string): boolean =>
    modules.some(({ specifier }) => specifier.startsWith("npm:/" + name + "@"));
  return Object.fromEntries(Object.entries(imports).filter(([name]) => used(name)));
}

/** The package's deno.json: as in the repository, but its files lie below `sdk/` and `mgr/`. */
export function packageFile(own: PackageFile, imports: Readonly<Record<string, string>>): object {
  const exports = Object.entries(own.exports).map(([entry, path]) => [entry, `./sdk/${path.slice(2)}`]);
  return { ...own, exports: Object.fromEntries(exports), imports, publish: undefined };
}

/**
 * A source with its imports of the package by name made relative: in the package there is no name yet. Examples in
 * comments keep the name. Throws an Error for an entry that is not exported.
 */
export function withOwnPaths(text: string, path: string, exports: Readonly<Record<string, string>>): string {
  const up = "../".repeat(path.split("/").length - 1) || "./";
  return text.replace(/^(?! *\*)(.*from )"@ganglion\/sdk(\/\w+)?"/gm, (_, lead: string, entry = "") => {
    const target = exports[`.${entry}`];
    if (target === undefined) {
      throw new Error(`Cannot take ${path} along: ${OWN_NAME}${entry} is not exported`);
    }
    return `${lead}"${up}sdk/${target.slice(2)}"`;
  });
}
