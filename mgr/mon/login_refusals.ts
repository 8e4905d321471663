/** What follows when the monitors refuse our login: another identity, another try, or the end. */

import { getLogger } from "@logtape/logtape";
import { ConMode } from "../msgr/authenticator.ts";
import type { AuthRefusedError } from "../msgr/errors.ts";
import { formatEntityName } from "../types/entity_name.ts";
import type { MonAuth } from "./mon_auth.ts";

const log = getLogger(["ganglion", "monc"]);

const EACCES = -13;
const METHOD_NAMES: ReadonlyMap<number, string> = new Map([[1, "none"], [2, "cephx"], [4, "gss"]]);
const MODE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(ConMode).map(([name, mode]) => [mode, name]),
);
/** A key that was made a moment ago may not have reached every monitor yet. */
export const REFUSALS_BEFORE_THE_END = 3;

/** Counts refusals until a monitor has let us in; after that the cluster's answer may change any time. */
export class LoginRefusals {
  readonly #auth: MonAuth;
  readonly #hopeless: (reason: Error) => void;
  #refusals = 0;
  #granted = false;

  constructor(auth: MonAuth, hopeless: (reason: Error) => void) {
    this.#auth = auth;
    this.#hopeless = hopeless;
  }

  /** A monitor has let us in. */
  granted(): void {
    this.#granted = true;
  }

  refused(reason: AuthRefusedError): void {
    if (this.#auth.globalId !== 0n && reason.errno === EACCES) {
      // The monitors do not take the old ticket any more: we come back as somebody else.
      log.warn("The monitors refuse our old identity; logging in as a new manager");
      return this.#auth.forgetIdentity();
    }
    if (this.#granted || ++this.#refusals !== REFUSALS_BEFORE_THE_END) return;
    this.#hopeless(
      new Error(`Cannot log in as ${formatEntityName(this.#auth.entity)}: ${this.#explain(reason)}`),
    );
  }

  #explain({ errno, refusal }: AuthRefusedError): string {
    const name = formatEntityName(this.#auth.entity);
    if (errno === EACCES) {
      return `the monitors refuse its key (${errno}). Compare the keyring with \`ceph auth get ${name}\`, which must show caps for mon too`;
    }
    const methods = named(refusal.allowedMethods, METHOD_NAMES);
    const modes = named(refusal.allowedModes, MODE_NAMES);
    return `the monitors take methods (${methods}) in modes (${modes}) only (${errno}). ` +
      "Mend auth_cluster_required or ms_mon_cluster_mode in ceph.conf";
  }
}

function named(numbers: readonly number[], names: ReadonlyMap<number, string>): string {
  return numbers.map((n) => names.get(n) ?? String(n)).join(", ");
}
