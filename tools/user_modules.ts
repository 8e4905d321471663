/** Where the modules of a person are kept: outside of this tree, so that an update of it touches none of them. */

/** `~/ganglion-modules`; undefined for somebody without a home. */
export function userModules(env: (name: string) => string | undefined): string | undefined {
  const home = env("HOME");
  return home ? `${home}/ganglion-modules` : undefined;
}
