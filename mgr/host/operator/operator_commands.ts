/** The commands of operators about modules, by prefix. */

import type { Clock } from "../../time/clock.ts";
import type { ClusterLink } from "../cluster_link.ts";
import { messageOf } from "../message_of.ts";
import type { HostCommandResult } from "../module_command.ts";
import {
  type OperatedModules,
  type OperatorAnswer,
  type OperatorCall,
  OperatorError,
  printed,
} from "./operator_call.ts";
import {
  diffPermissions,
  grantPermissions,
  listPermissions,
  revokePermissions,
} from "./permission_commands.ts";
import { listModules, showModule } from "./status_commands.ts";
import { Waiters } from "../waiters.ts";

type Answer = (modules: OperatedModules, call: OperatorCall) => OperatorAnswer | Promise<OperatorAnswer>;

const ANSWERS: Readonly<Record<string, Answer>> = {
  "module ls": listModules,
  "module status": showModule,
  "module permissions ls": listPermissions,
  "module permissions diff": diffPermissions,
  "module permissions grant": grantPermissions,
  "module permissions revoke": revokePermissions,
};

const EIO = -5;

/** What the monitors have taken they push to us as well. */
const PUSH_MS = 2_000;

/** Who carries them out. */
export class Operator {
  readonly #modules: OperatedModules;
  readonly #pushes = new Waiters();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    modules: Omit<OperatedModules, "setStore">,
    link: Pick<ClusterLink, "setStore" | "storeValue">,
    clock: Clock,
  ) {
    const { all, isEnabled } = modules;
    const setStore = async (key: string, value: Uint8Array): Promise<void> => {
      await link.setStore(key, value);
      await this.#pushes.until(clock, PUSH_MS, () => String(link.storeValue(key)) === String(value));
    };
    this.#modules = { all, isEnabled, setStore };
  }

  /** Keys have come from the monitors, and modules know of it. */
  storeChanged(): void {
    this.#pushes.wake();
  }

  /** Carries one out, after those before: a grant reads what is granted and adds to it. Never rejects. */
  operate(call: OperatorCall): Promise<HostCommandResult> {
    const answer = this.#last.then(() => this.#operate(call));
    this.#last = answer;
    return answer;
  }

  async #operate(call: OperatorCall): Promise<HostCommandResult> {
    try {
      return printed(await ANSWERS[call.prefix]!(this.#modules, call), call);
    } catch (e) {
      const stderr = `Cannot run '${call.prefix}': ${messageOf(e)}`;
      return { retval: e instanceof OperatorError ? e.retval : EIO, stdout: "", stderr };
    }
  }
}
