/** Reading what users wrote: values of unknown shape, and how messages show them. */

import type { Json, JsonObject } from "../data/mod.ts";
import { OrchestratorError, SpecValidationError } from "./errors.ts";

/** Whether it is an object with keys: neither a list nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether every element of the list is a text. */
export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** What Python's `if value` asks: neither null, false, 0, "" nor without elements. */
export function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** The object without the fields that are undefined or null. */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== undefined && field !== null),
  ) as T;
}

/** As messages of Ceph show a value: Python's `repr()`, texts at the top without quotes. */
export function shown(value: unknown): string {
  return typeof value === "string" ? value : pythonRepr(value as Json);
}

/** Python's `repr()` of what comes out of JSON or YAML. */
export function pythonRepr(value: Json): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return value.includes("'") ? `"${value}"` : `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  if (!isObject(value)) return String(value);
  return `{${
    Object.entries(value).map(([key, one]) => `${pythonRepr(key)}: ${pythonRepr(one)}`).join(", ")
  }}`;
}

/** Throws when there is a key that a class does not take. `name` is the class of the message. */
export function checkKeys(
  value: JsonObject,
  known: ReadonlySet<string>,
  name: string,
  where: string = name,
  error: (message: string) => OrchestratorError = (message) => new SpecValidationError(message),
): void {
  const unknown = Object.keys(value).find((key) => !known.has(key));
  if (unknown === undefined) return;
  throw error(`${where}: ${name}.__init__() got an unexpected keyword argument '${unknown}'`);
}
