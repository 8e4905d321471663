/** The sandbox of one module: what its permissions come to with its options, and whether that is another thing by now. */

import { getLogger } from "@logtape/logtape";
import type { ModulePermissions } from "./module_permissions.ts";
import type { Permission } from "./permissions/permission.ts";
import { NO_GRANTS, optionsInNet, type SandboxGrants, sandboxGrants } from "./permissions/sandbox_grants.ts";
import { DENO_VERBS } from "./permissions/verb_forms.ts";

const log = getLogger(["ganglion", "host"]);

/** What the kernel shows of all processes and devices is nobody's, whatever Deno makes of it; keys of clients are there. */
const RESERVED = ["/proc", "/sys", "/dev", "/etc/ceph"];

/** Knows with what the last process was started. */
export class ModuleSandbox {
  readonly #permissions: Pick<ModulePermissions, "applicant" | "standing">;
  readonly #option: (name: string) => string | undefined;
  readonly #reserved: readonly string[];
  #started = NO_GRANTS;

  /** `option` is the text of an option of the module as it holds; `reserved` are files and directories of the manager. */
  constructor(
    permissions: Pick<ModulePermissions, "applicant" | "standing">,
    option: (name: string) => string | undefined,
    reserved: readonly string[],
  ) {
    this.#permissions = permissions;
    this.#option = option;
    this.#reserved = [...RESERVED, ...reserved];
  }

  /** For a process that is to serve. What cannot be let through is told in the log. */
  begin(): SandboxGrants {
    this.#started = this.#now();
    for (const problem of this.#started.problems) {
      log.warn(`module ${this.#permissions.applicant.name}: permission left out: ${problem}`);
    }
    return this.#started;
  }

  /** For a process that is only asked whether the module can run here: it changes nothing, and runs no programs. */
  forAsking(): SandboxGrants {
    const { net, read, sys } = this.#now();
    return { ...NO_GRANTS, net, read, sys };
  }

  /** A process that started now would have another sandbox than the last one. */
  get isOutdated(): boolean {
    return JSON.stringify(this.#now()) !== JSON.stringify(this.#started);
  }

  /** The option says where the module may listen or connect: it is the operator's to set. */
  isOperators(option: string): boolean {
    return optionsInNet(this.#ofDeno).has(option);
  }

  get #ofDeno(): Permission[] {
    return this.#permissions.standing.grants.list(DENO_VERBS);
  }

  #now(): SandboxGrants {
    return sandboxGrants(this.#ofDeno, { option: this.#option, realPath, reserved: this.#reserved });
  }
}

function realPath(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}
