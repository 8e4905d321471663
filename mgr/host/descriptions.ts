/** What modules declared when they were last asked: kept from one start of the manager to the next, by content. */

import { CONTRACT_VERSION, type ModuleDescription } from "./contract.ts";
import { parseDescription } from "./description.ts";
import type { FoundModule } from "./registry.ts";

/** What a module declared, or why it could not say so. */
export interface KnownModule {
  readonly description: ModuleDescription | undefined;
  readonly problem: string | undefined;
}

/** A directory of small JSON files. What cannot be read or written is asked anew: nothing depends on it. */
export class Descriptions {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Undefined when the module has changed, or was never asked. */
  async read(found: FoundModule): Promise<KnownModule | undefined> {
    try {
      const { hash, contract, description, problem } = JSON.parse(
        await Deno.readTextFile(this.#path(found)),
      );
      if (hash !== found.hash || contract !== CONTRACT_VERSION) return undefined;
      return {
        description: description === undefined ? undefined : parseDescription(description),
        problem: problem === undefined ? undefined : String(problem),
      };
    } catch {
      return undefined;
    }
  }

  async write(found: FoundModule, { description, problem }: KnownModule): Promise<void> {
    const text = JSON.stringify({ hash: found.hash, contract: CONTRACT_VERSION, description, problem });
    try {
      await Deno.mkdir(this.#directory, { recursive: true });
      await Deno.writeTextFile(`${this.#path(found)}.new`, text);
      await Deno.rename(`${this.#path(found)}.new`, this.#path(found));
    } catch {
      // A disk that is full or read-only costs a slower start.
    }
  }

  #path({ name }: FoundModule): string {
    return `${this.#directory}/${name}.json`;
  }
}
