/** Errors of calls between host and module keep their class and fields. */

import {
  CommandError,
  MethodNotFoundError,
  ModuleNotFoundError,
  NotActiveError,
  NotSupportedError,
  OutcomeUnknownError,
  PermissionError,
  RadosError,
  RemoteError,
  TimedOutError,
} from "@ganglion/sdk";

export { CommandError };

/** Makes an error of its message and its fields, as it was sent by our own host. */
type Make = new (message: string, fields: never) => Error;

/** By the name of the class: what a module can get from a call. Each has a constructor of `(message, fields)`. */
const CLASSES: ReadonlyMap<string, Make> = new Map<string, Make>(Object.entries({
  CommandError,
  MethodNotFoundError,
  ModuleNotFoundError,
  NotActiveError,
  NotSupportedError,
  OutcomeUnknownError,
  PermissionError,
  RadosError,
  RangeError,
  RemoteError,
  TimedOutError,
  TypeError,
}));

/**
 * What goes over of an error beside its message: the name of its class and its own fields. Undefined for a class that
 * the SDK does not have. The class need not be the SDK's: of one name is enough.
 */
export function writeError(error: unknown): unknown {
  return error instanceof Error && CLASSES.has(error.name) ? { ...error, name: error.name } : undefined;
}

/** The error that was sent; undefined when it has no class. */
export function readError(message: string, body: unknown): Error | undefined {
  if (typeof body !== "object" || body === null || !("name" in body)) return undefined;
  const Class = CLASSES.get(String(body.name));
  return Class && new Class(message, body as never);
}
