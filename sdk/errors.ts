/** What calls of a module reject with: classes with fields, which they keep on their way from the manager. */

/** A call that the operator has not granted to this module. Nothing was done. */
export class PermissionError extends Error {
  /** `PermissionError` */
  override readonly name = "PermissionError";
  /** What is missing, as a manifest and `ceph module permissions grant` have it: `["get osd_map"]`. */
  readonly missing: readonly string[];

  /** The manager makes it. */
  constructor(message: string, { missing }: { readonly missing: readonly string[] }) {
    super(message);
    this.missing = missing;
  }
}

/** An option that the module has not declared. */
export class UnknownOptionError extends Error {
  /** `UnknownOptionError` */
  override readonly name = "UnknownOptionError";
}

/** `remote()`: there is no such module, or it is not enabled. */
export class ModuleNotFoundError extends Error {
  /** `ModuleNotFoundError` */
  override readonly name = "ModuleNotFoundError";
  /** The module that was asked for. */
  readonly module: string;

  /** The manager makes it. */
  constructor(message: string, { module }: { readonly module: string }) {
    super(message);
    this.module = module;
  }
}

/** `remote()`: the module does not export such a method. */
export class MethodNotFoundError extends Error {
  /** `MethodNotFoundError` */
  override readonly name = "MethodNotFoundError";
  /** The module that was asked. */
  readonly module: string;
  /** What it does not have. */
  readonly method: string;

  /** The manager makes it. */
  constructor(message: string, { module, method }: { readonly module: string; readonly method: string }) {
    super(message);
    this.module = module;
    this.method = method;
  }
}

/** `remote()`: the method threw, or its module came to an end. The message is that of what it threw. */
export class RemoteError extends Error {
  /** `RemoteError` */
  override readonly name = "RemoteError";
  /** The module that was asked. */
  readonly module: string;
  /** Its method. */
  readonly method: string;

  /** The manager makes it. */
  constructor(message: string, { module, method }: { readonly module: string; readonly method: string }) {
    super(message);
    this.module = module;
    this.method = method;
  }
}

/** A monitor or a daemon refused a command. */
export class CommandError extends Error {
  /** `CommandError` */
  override readonly name = "CommandError";
  /** Negative errno. */
  readonly retval: number;
  /** The target's words. */
  readonly stderr: string;

  /** The manager makes it. */
  constructor(message: string, { retval, stderr }: { readonly retval: number; readonly stderr: string }) {
    super(message);
    this.retval = retval;
    this.stderr = stderr;
  }
}

/** There was no answer in time. What was asked for may have been done, or not. */
export class TimedOutError extends Error {
  /** `TimedOutError` */
  override readonly name = "TimedOutError";
}

/** This manager may not act now: another one is the active one, or may be. */
export class NotActiveError extends Error {
  /** `NotActiveError` */
  override readonly name = "NotActiveError";
}

/** Something that Ceph's interface has and this manager has not. */
export class NotSupportedError extends Error {
  /** `NotSupportedError` */
  override readonly name = "NotSupportedError";
}

/** `authorizeCaller()`: who gave the command may not do that. Thrown out of `handleCommand()` it answers EACCES. */
export class AccessDeniedError extends Error {
  /** `AccessDeniedError` */
  override readonly name = "AccessDeniedError";
}

/** An operation on objects failed. */
export class RadosError extends Error {
  /** `RadosError` */
  override readonly name = "RadosError";
  /** Negative: -2 when there is no such object. */
  readonly errno: number;
  /** Its name: "ENOENT"; "" for numbers without one. */
  readonly code: string;

  /** The manager makes it. */
  constructor(message: string, { errno, code }: { readonly errno: number; readonly code: string }) {
    super(message);
    this.errno = errno;
    this.code = code;
  }
}

/** The operation may have been done, or not: nobody will ever tell. */
export class OutcomeUnknownError extends Error {
  /** `OutcomeUnknownError` */
  override readonly name = "OutcomeUnknownError";
}
