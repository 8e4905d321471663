/** Exports methods, good ones and bad ones. */

import { type ExportsOf, MgrModule } from "@ganglion/sdk";

/** What other modules see. */
export type CalledExports = ExportsOf<typeof Called>;

/** Does what it is called for. */
export default class Called extends MgrModule {
  static override readonly EXPORTS = ["join", "fail", "never", "missing", "odd", "back"] as const;

  join(first: string, more: readonly number[] = [7]): { first: string; more: readonly number[] } {
    return { first, more };
  }

  fail(): void {
    throw new RangeError("it is too far");
  }

  never(): Promise<void> {
    return new Promise(() => {});
  }

  odd(): unknown {
    return new Map();
  }

  /** Calls who calls it, who calls it again. */
  back(rounds: number): Promise<unknown> {
    return this.remote("calls", "forth", rounds);
  }

  secret(): string {
    return "nobody may call this";
  }

  declare missing: () => void;
}
