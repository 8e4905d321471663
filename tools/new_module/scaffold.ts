/** A new module out of the template: which names it may have, and the text of its files. Pure. */

import { isModuleName } from "../../mgr/host/manifest.ts";

/** A name or a place that cannot be used; the message says what to do instead. */
export class ScaffoldError extends Error {
  override readonly name = "ScaffoldError";
}

/** What the template does not know. */
export interface ScaffoldFacts {
  /** `my_module` */
  readonly name: string;
  /** The directory of @ganglion/sdk on this machine, until it is published. */
  readonly sdkDirectory: string;
  readonly sdkVersion: string;
}

/** Throws ScaffoldError for a name that no module can have, or that one of `taken` has. */
export function checkName(name: string, taken: readonly string[]): void {
  if (!isModuleName(name)) {
    throw new ScaffoldError(
      `Cannot make a module '${name}': a name is 1 to 64 of a-z, 0-9 and _, and begins with a letter`,
    );
  }
  if (taken.includes(name)) {
    throw new ScaffoldError(`Cannot make a module '${name}': one that comes with the manager has this name`);
  }
}

/** The text of a file of the template for the new module. */
export function fillIn(text: string, { name, sdkDirectory, sdkVersion }: ScaffoldFacts): string {
  const words = name.split("_").filter((word) => word !== "");
  const replacements: Readonly<Record<string, string>> = {
    my_module: name,
    "my-module": words.join("-"),
    MyModule: words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join(""),
    MY_MODULE: name.toUpperCase(),
    SDK_VERSION: sdkVersion,
    SDK_DIRECTORY: JSON.stringify(sdkDirectory).slice(1, -1),
  };
  return text.replace(/my_module|my-module|MyModule|MY_MODULE|SDK_VERSION|SDK_DIRECTORY/g, (word) => {
    return replacements[word]!;
  });
}
