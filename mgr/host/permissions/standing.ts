/** What an operator has decided about a module's permissions, as it is stored, and what follows from it. Pure. */

import { z } from "zod";
import { Grants } from "./grants.ts";
import { MAX_PERMISSIONS } from "./manifest_permissions.ts";
import { formatPermission, MAX_PERMISSION_CHARS, parsePermission, type Permission } from "./permission.ts";
import { BY_NAME_ONLY } from "./verb_forms.ts";

/**
 * Where grants are among the monitors' keys. No module has such a name, so none has keys below it; and as every key below
 * `mgr/` it comes to each manager, the active one and those that stand by.
 */
export const GRANTS_FRONT = "mgr/.permissions/";

/** What the operator said, by texts of permissions. */
export interface GrantRecord {
  readonly granted: readonly string[];
  /** What the manifest asked for when he said it: he is asked again about what is new, not about what he left out. */
  readonly decided: readonly string[];
}

const Texts = z.array(z.string().max(MAX_PERMISSION_CHARS)).max(2 * MAX_PERMISSIONS);
const Record = z.object({ granted: Texts, decided: Texts.default([]) });

/** Reads a value of the store. What is no record, or holds what this release does not know, grants nothing of it. */
export function readRecord(value: Uint8Array): GrantRecord {
  try {
    const { granted, decided } = Record.parse(JSON.parse(new TextDecoder().decode(value)));
    return { granted: granted.filter(isPermission), decided };
  } catch {
    return { granted: [], decided: [] };
  }
}

/** The value that `readRecord` reads. */
export function writeRecord({ granted, decided }: GrantRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ granted, decided }));
}

/** A module as far as it matters here. */
export interface Applicant {
  readonly name: string;
  /** It is trusted, as what comes with the manager: until the operator decides, it has what it asks for. */
  readonly trusted: boolean;
  /** What its manifest asks for. */
  readonly asked: readonly Permission[];
}

/** How things stand between a module and the operator. */
export interface Standing {
  readonly grants: Grants;
  /** What it asks for and the operator has not decided about. */
  readonly pending: readonly string[];
  /** What it asks for and does not have. */
  readonly absent: readonly string[];
}

/** What a module may do with this record; undefined: the operator has never said anything. */
export function standingOf({ name, trusted, asked }: Applicant, record: GrantRecord | undefined): Standing {
  const byDefault = trusted ? asked.filter(({ verb }) => !BY_NAME_ONLY.has(verb)) : [];
  const grants = record === undefined ? new Grants(name, byDefault) : Grants.parse(name, record.granted);
  const absent = asked.filter((one) => !grants.includes(one)).map(formatPermission);
  const decided = new Set(record?.decided);
  return { grants, absent, pending: absent.filter((text) => !decided.has(text)) };
}

/** The record after a change: the operator has seen all that the manifest asks for now. */
export function recordOf({ asked }: Applicant, grants: Grants): GrantRecord {
  return { granted: grants.texts, decided: asked.map(formatPermission) };
}

function isPermission(text: string): boolean {
  try {
    parsePermission(text);
    return true;
  } catch {
    return false;
  }
}
