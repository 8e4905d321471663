/** The sandbox of one module: what its permissions come to with its options, and whether that is another thing by now. */

import { getLogger } from "@logtape/logtape";
import { isLimit, type LimitOf, limitReader } from "./limit_options.ts";
import type { ModulePermissions } from "./module_permissions.ts";
import type { ProcessLimits } from "./module_process.ts";
import type { Permission } from "./permissions/permission.ts";
import { NO_GRANTS, optionsInNet, type SandboxGrants, sandboxGrants } from "./permissions/sandbox_grants.ts";
import { DENO_VERBS } from "./permissions/verb_forms.ts";

const log = getLogger(["ganglion", "host"]);

/** What the kernel shows of all processes and devices is nobody's, whatever Deno makes of it; keys of clients are there. */
const RESERVED = ["/proc", "/sys", "/dev", "/etc/ceph"];

const MIB = 2 ** 20;

/** What a process of a module is confined to. */
export interface Confines {
  readonly grants: SandboxGrants;
  readonly limits: ProcessLimits;
}

/** Knows with what the last process was started. */
export class ModuleSandbox {
  /** Limits as they hold now. */
  readonly limit: LimitOf;
  readonly #permissions: Pick<ModulePermissions, "applicant" | "standing">;
  readonly #option: (name: string) => string | undefined;
  readonly #reserved: readonly string[];
  #started: Confines;

  /** `option` is the text of an option of the module as it holds; `reserved` are files and directories of the manager. */
  constructor(
    permissions: Pick<ModulePermissions, "applicant" | "standing">,
    option: (name: string) => string | undefined,
    reserved: readonly string[],
  ) {
    this.#permissions = permissions;
    this.#option = option;
    this.#reserved = [...RESERVED, ...reserved];
    this.limit = limitReader(option);
    this.#started = this.bare();
  }

  /** For a process that is to serve. What cannot be let through is told in the log. */
  begin(): Confines {
    this.#started = this.#now();
    for (const problem of this.#started.grants.problems) {
      log.warn(`module ${this.#permissions.applicant.name}: permission left out: ${problem}`);
    }
    return this.#started;
  }

  /** For a process that is only asked what it is: nothing is let through. */
  bare(): Confines {
    return { grants: NO_GRANTS, limits: this.#limits() };
  }

  /** For a process that is only asked whether the module can run here: it changes nothing, and runs no programs. */
  forAsking(): Confines {
    const { grants: { net, read, sys }, limits } = this.#now();
    return { grants: { ...NO_GRANTS, net, read, sys }, limits };
  }

  /** A process that started now would have another sandbox than the last one. */
  get isOutdated(): boolean {
    return JSON.stringify(this.#now()) !== JSON.stringify(this.#started);
  }

  /** The option is a limit, or says where the module may listen or connect: it is the operator's to set. */
  isOperators(option: string): boolean {
    return isLimit(option) || optionsInNet(this.#ofDeno).has(option);
  }

  get #ofDeno(): Permission[] {
    return this.#permissions.standing.grants.list(DENO_VERBS);
  }

  #now(): Confines {
    const context = { option: this.#option, realPath, reserved: this.#reserved };
    return { grants: sandboxGrants(this.#ofDeno, context), limits: this.#limits() };
  }

  #limits(): ProcessLimits {
    return {
      heapMib: Math.floor(this.limit("limit_heap") / MIB),
      memoryMib: Math.floor(this.limit("limit_memory") / MIB),
      calls: this.limit("limit_calls"),
      messageBytes: this.limit("limit_message"),
    };
  }
}

function realPath(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}
