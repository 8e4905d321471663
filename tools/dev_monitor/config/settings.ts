/** Options that the monitor itself acts on: from its own database, else their defaults. */

import { findOption } from "../../../mgr/config/options.ts";
import { EntityType } from "../../../mgr/types/entity_name.ts";
import type { Committed } from "../state/committed.ts";
import { entityConfig } from "./entity_config.ts";

/** The options of `mon.a` at one moment. */
export class Settings {
  readonly #values: ReadonlyMap<string, string>;

  constructor(state: Committed) {
    this.#values = entityConfig(state, { type: EntityType.mon, id: "a" }, "");
  }

  text(name: string): string {
    return this.#values.get(name) ?? findOption(name)?.default ?? "";
  }

  number(name: string): number {
    return Number(this.text(name));
  }

  flag(name: string): boolean {
    return this.text(name) === "true";
  }
}
