/** Members of classes and interfaces as TypeScript, without their bodies. */

import type { DocFunction, DocMember, DocMembers } from "./doc_json.ts";
import { paramsText, paramText, typeText } from "./ts_type.ts";

/** One line for each, as they are declared; what is private is left out. */
export function membersText(members: DocMembers): string[] {
  return [
    ...(members.constructors ?? []).filter(isPublic).map((member) => `constructor${paramsText(member)}`),
    ...(members.callSignatures ?? []).map(({ tsType, ...fn }) =>
      signature({ ...fn, ...(tsType && { returnType: tsType }) })
    ),
    ...(members.indexSignatures ?? []).map(({ readonly, params, tsType }) =>
      `${readonly ? "readonly " : ""}[${params.map(paramText).join(", ")}]${
        tsType ? `: ${typeText(tsType)}` : ""
      }`
    ),
    ...(members.properties ?? []).filter(isPublic).map(propertyText),
    ...withoutBodies((members.methods ?? []).filter(isPublic), functionOf).map(methodText),
  ];
}

/** Of overloads what can be called: the last declaration, which has the body, cannot. */
export function withoutBodies<T extends { readonly name: string }>(
  all: readonly T[],
  fn: (one: T) => DocFunction | undefined,
): readonly T[] {
  const groups = Map.groupBy(all, ({ name }) => name);
  return all.filter((one) => groups.get(one.name)!.length === 1 || fn(one)?.hasBody !== true);
}

const functionOf = ({ functionDef }: DocMember): DocFunction | undefined => functionDef;

const isPublic = ({ accessibility }: DocMember): boolean => accessibility !== "private";

function words(member: DocMember): string {
  const { accessibility, isStatic, isAbstract, readonly } = member;
  const all = [
    accessibility === "protected" && "protected",
    isStatic && "static",
    isAbstract && "abstract",
    readonly && "readonly",
  ];
  return all.filter((word) => word).map((word) => `${word} `).join("");
}

function nameOf({ name, computed, optional }: DocMember): string {
  return `${computed && !name.startsWith("[") ? `[${name}]` : name}${optional ? "?" : ""}`;
}

function propertyText(member: DocMember): string {
  const { tsType } = member;
  return `${words(member)}${nameOf(member)}${tsType ? `: ${typeText(tsType)}` : ""}`;
}

/** In a class it has a `functionDef`, in an interface its parts. */
function methodText(member: DocMember): string {
  const accessor = member.kind === "getter" ? "get " : member.kind === "setter" ? "set " : "";
  return `${words(member)}${accessor}${nameOf(member)}${signature(member.functionDef ?? member)}`;
}

/** `(a: B): C` */
export function signature(fn: DocFunction): string {
  return `${paramsText(fn)}${fn.returnType ? `: ${typeText(fn.returnType)}` : ""}`;
}
