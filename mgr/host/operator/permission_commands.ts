/** `module permissions ls|grant|revoke|diff`: what modules may do, and the operator's word on it. */

import type { ManagedModule } from "../managed_module.ts";
import { Grants } from "../permissions/grants.ts";
import { MAX_PERMISSIONS } from "../permissions/manifest_permissions.ts";
import { formatPermission, parsePermission, type Permission } from "../permissions/permission.ts";
import { grantCommand } from "../permissions/permission_error.ts";
import { BY_NAME_ONLY } from "../permissions/verb_forms.ts";
import {
  columns,
  moduleOf,
  modulesOf,
  type OperatedModules,
  type OperatorAnswer,
  type OperatorCall,
  OperatorError,
  words,
} from "./operator_call.ts";

const ENOENT = -2;

/** Each permission of a module, and those that it asks for or was refused for want of. */
export function listPermissions(modules: OperatedModules, call: OperatorCall): OperatorAnswer {
  const chosen = modulesOf(modules, call);
  const value = chosen.map(facts);
  const rows = value.flatMap(({ module, granted, asked, refused }) => [
    ...granted.map((text) => [module, text, "granted"]),
    ...asked.map((text) => [module, text, "asked for"]),
    ...refused.map((text) => [module, text, "refused"]),
  ]);
  return { value, text: columns(["MODULE", "PERMISSION", "STATE"], rows) };
}

function facts({ name, permissions }: ManagedModule) {
  const { grants, absent } = permissions.standing;
  const refused = permissions.missing.filter((text) => !absent.includes(text));
  return { module: name, granted: grants.texts, asked: absent, refused };
}

/** What the manifest asks for beyond the grants, and what is granted beyond the manifest. */
export function diffPermissions(modules: OperatedModules, call: OperatorCall): OperatorAnswer {
  const { name, permissions } = moduleOf(modules, call);
  const { grants, absent } = permissions.standing;
  const asked = new Grants(name, permissions.applicant.asked);
  const unasked = grants.list().filter((one) => !asked.includes(one)).map(formatPermission);
  const lines = [...absent.map((text) => `+ ${text}`), ...unasked.map((text) => `- ${text}`)];
  const value = { module: name, not_granted: absent, not_asked_for: unasked };
  return { value, text: lines.length === 0 ? `${name} has what it asks for` : lines.join("\n") };
}

/** Grants what is named, or all that the manifest asks for but what must be named. */
export async function grantPermissions(
  modules: OperatedModules,
  call: OperatorCall,
): Promise<OperatorAnswer> {
  const module = moduleOf(modules, call);
  const { grants } = module.permissions.standing;
  const named = words(call, "permissions").map(read);
  const { asked } = module.permissions.applicant;
  const added = named.length > 0 ? named : asked.filter(({ verb }) => !BY_NAME_ONLY.has(verb));
  const wanted = new Grants(module.name, [...grants.list(), ...added]);
  if (wanted.texts.length > MAX_PERMISSIONS) {
    throw new OperatorError(`a module has ${MAX_PERMISSIONS} permissions at most; grant less or use *`);
  }
  await store(modules, module, wanted);
  return outcome(module);
}

/** Takes back what is named, or everything. */
export async function revokePermissions(
  modules: OperatedModules,
  call: OperatorCall,
): Promise<OperatorAnswer> {
  const module = moduleOf(modules, call);
  const { grants } = module.permissions.standing;
  const named = words(call, "permissions").map(read).map(formatPermission);
  const unknown = named.find((text) => !grants.texts.includes(text));
  if (unknown !== undefined) {
    const has = grants.texts.join(", ") || "none";
    throw new OperatorError(`module '${module.name}' does not have '${unknown}'; it has: ${has}`, ENOENT);
  }
  const kept = grants.list().filter((one) => named.length > 0 && !named.includes(formatPermission(one)));
  await store(modules, module, new Grants(module.name, kept));
  return outcome(module);
}

function read(text: string): Permission {
  try {
    return parsePermission(text);
  } catch (e) {
    const hint = text.includes(" ") ? "" : "; put each permission into quotes: 'get osd_map'";
    throw new OperatorError((e as Error).message + hint);
  }
}

async function store(
  modules: OperatedModules,
  { permissions }: ManagedModule,
  grants: Grants,
): Promise<void> {
  await modules.setStore(permissions.key, permissions.valueOf(grants));
}

function outcome({ name, permissions }: ManagedModule): OperatorAnswer {
  const { grants, absent } = permissions.standing;
  const has = [`${name} has: ${grants.texts.join(", ") || "nothing but its own options, keys and log"}`];
  const lacks = absent.length === 0 ? [] : [
    `it asks for more: ${absent.join(", ")}`,
    `to grant that: ${grantCommand(name, absent)}`,
  ];
  return {
    value: { module: name, granted: grants.texts, asked: absent },
    text: [...has, ...lacks].join("\n"),
  };
}
