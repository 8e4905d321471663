/** What a test says of a module and of its manager before it starts. */

import type { ATTACH, ModuleContext } from "../context.ts";
import type { DataTypes } from "../data/mod.ts";
import type { Commands, Options, Scalar } from "../declarations.ts";
import type { NotifyType } from "../module.ts";
import type { TestPermissions } from "./memory_permissions.ts";
import type { Recording } from "./recording.ts";
import type { TestCluster } from "./cluster/test_cluster.ts";

/** What a command came to. */
export interface CommandResult {
  /** 0 or a negative errno. */
  readonly retval: number;
  /** Output. */
  readonly stdout: string;
  /** Status line, or what went wrong. */
  readonly stderr: string;
}

/** What is there before the module starts. */
export interface TestSetup {
  /** Name of the module: "test" when it is left out. */
  readonly name?: string;
  /** `x` of mgr.x: "x" when it is left out. */
  readonly mgrId?: string;
  /** Options that are set, as the operator would: `{ place: "Mars", "x/place": "Venus" }`. */
  readonly options?: Readonly<Record<string, Scalar>>;
  /** The module's keys. */
  readonly store?: Readonly<Record<string, string | Uint8Array>>;
  /** The cluster that all accessors answer of, or a recording of one; nothing is known of one when it is left out. */
  readonly cluster?: TestCluster | Recording;
  /** Options that other modules declare: `{ "hello/place": "Mars" }`; null: one that is not set. */
  readonly otherOptions?: Readonly<Record<string, Scalar | null>>;
  /**
   * What the operator has granted, as `mgr.permissions` of its `deno.json`, or that file itself: `import manifest from
   * "./deno.json" with { type: "json" }`. Calls that need more reject as in the manager. Everything is allowed when it
   * is left out. What Deno enforces (net, read, ..) are flags of `deno test`.
   */
  readonly permissions?: TestPermissions;
  /** What the caps of those who give commands allow; everything when it is left out. */
  readonly authorize?: (args: Readonly<Record<string, string>>) => boolean;
  /** Cluster data for `get()`: they go before those of `cluster`. */
  readonly data?: Partial<DataTypes>;
}

/** What a manager is at a time. */
export type Role = "active" | "standby";

/** What `mod.ts` exports as `Standby`: a class that extends MgrStandbyModule. */
export interface StandbyClass {
  /** Makes an instance. */
  new (): { [ATTACH](context: ModuleContext): void };
}

/** A module with what runs of it on managers that stand by. */
export interface StandbySetup<S extends StandbyClass> extends TestSetup {
  /** Its class. */
  readonly standby: S;
  /** What the manager is in the beginning: active when it is left out. */
  readonly role?: Role;
}

/** What `mod.ts` exports: a class that extends MgrModule. */
export interface ModuleClass {
  /** Makes an instance. */
  new (): { [ATTACH](context: ModuleContext): void };
  /** Its options. */
  readonly MODULE_OPTIONS: Options;
  /** Its commands. */
  readonly COMMANDS: Commands;
  /** What it wants to be told of. */
  readonly NOTIFY_TYPES: readonly NotifyType[];
  /** What other modules may call. */
  readonly EXPORTS: readonly string[];
  /** Of its instances. */
  readonly prototype: object;
}
