/** Types and members of `deno doc --json` as TypeScript, without bodies. */

import type { DocFunction, DocMember, DocMembers, DocParam, DocType, DocTypeParam } from "./doc_json.ts";

type Render = (value: never) => string;

interface Ref {
  readonly typeName: string;
  readonly typeParams?: readonly DocType[];
}

interface Literal {
  readonly kind: string;
  readonly string?: string;
  readonly number?: number;
  readonly boolean?: boolean;
  readonly tsTypes?: readonly DocType[];
}

interface Mapped {
  readonly readonly?: boolean | string;
  readonly optional?: boolean | string;
  readonly typeParam: DocTypeParam;
  readonly nameType?: DocType;
  readonly tsType?: DocType;
}

interface Conditional {
  readonly checkType: DocType;
  readonly extendsType: DocType;
  readonly trueType: DocType;
  readonly falseType: DocType;
}

/** By kind. */
const RENDER: Readonly<Record<string, Render>> = {
  keyword: (name: string) => name,
  literal: (literal: Literal) => literalText(literal),
  typeRef: ({ typeName, typeParams }: Ref) => typeName + typeArgs(typeParams),
  union: (types: readonly DocType[]) => types.map(typeText).join(" | "),
  intersection: (types: readonly DocType[]) => types.map(typeText).join(" & "),
  array: (item: DocType) => `${typeText(item)}[]`,
  tuple: (items: readonly DocType[]) => `[${items.map(typeText).join(", ")}]`,
  rest: (type: DocType) => `...${typeText(type)}`,
  optional: (type: DocType) => `${typeText(type)}?`,
  parenthesized: (type: DocType) => `(${typeText(type)})`,
  typeOperator: ({ operator, tsType }: { operator: string; tsType: DocType }) =>
    `${operator} ${typeText(tsType)}`,
  typeQuery: (name: string) => `typeof ${name}`,
  indexedAccess: ({ objType, indexType }: { objType: DocType; indexType: DocType }) =>
    `${typeText(objType)}[${typeText(indexType)}]`,
  infer: ({ typeParam }: { typeParam: DocTypeParam }) => `infer ${typeParamText(typeParam)}`,
  conditional: ({ checkType, extendsType, trueType, falseType }: Conditional) =>
    `${typeText(checkType)} extends ${typeText(extendsType)} ? ${typeText(trueType)} : ${
      typeText(falseType)
    }`,
  mapped: (mapped: Mapped) => mappedText(mapped),
  typeLiteral: (members: DocMembers) => `{ ${membersText(members).join("; ")} }`,
  fnOrConstructor: (
    { tsType, ...fn }: DocFunction & { readonly constructor: boolean; readonly tsType: DocType },
  ) => `${fn.constructor === true ? "new " : ""}${paramsText(fn)} => ${typeText(tsType)}`,
  typePredicate: ({ param, type }: { param: { name?: string }; type?: DocType }) =>
    `${param.name ?? "this"}${type ? ` is ${typeText(type)}` : ""}`,
  this: () => "this",
};

/** The type as one would write it. Throws an Error for a kind that nothing in the SDK had yet. */
export function typeText({ kind, value }: DocType): string {
  const render = RENDER[kind];
  if (render === undefined) throw new Error(`Cannot write a type down: kind '${kind}' is not known`);
  return render(value as never);
}

function literalText({ kind, string, number, boolean, tsTypes }: Literal): string {
  if (kind === "string") return JSON.stringify(string);
  if (kind === "number") return String(number);
  if (kind === "boolean") return String(boolean);
  const parts = (tsTypes ?? []).map((type) =>
    type.kind === "literal" ? String((type.value as Literal).string) : `\${${typeText(type)}}`
  );
  return `\`${parts.join("")}\``;
}

function mappedText({ readonly, optional, typeParam, nameType, tsType }: Mapped): string {
  const { name, constraint } = typeParam;
  const key = `${name} in ${constraint ? typeText(constraint) : "?"}${
    nameType ? ` as ${typeText(nameType)}` : ""
  }`;
  return `{ ${readonly ? "readonly " : ""}[${key}]${optional ? "?" : ""}: ${
    tsType ? typeText(tsType) : "any"
  } }`;
}

/** `<A, B>`, or nothing. */
export function typeArgs(types: readonly DocType[] | undefined): string {
  return types === undefined || types.length === 0 ? "" : `<${types.map(typeText).join(", ")}>`;
}

function typeParamText({ name, constraint, default: fallback, isConst }: DocTypeParam): string {
  return `${isConst ? "const " : ""}${name}${constraint ? ` extends ${typeText(constraint)}` : ""}` +
    (fallback ? ` = ${typeText(fallback)}` : "");
}

/** `<A extends B>`, or nothing. */
export function typeParamsText(params: readonly DocTypeParam[] | undefined): string {
  return params === undefined || params.length === 0 ? "" : `<${params.map(typeParamText).join(", ")}>`;
}

/** `<A>(b: C)` */
export function paramsText({ typeParams, params }: DocFunction): string {
  return `${typeParamsText(typeParams)}(${(params ?? []).map(paramText).join(", ")})`;
}

/** A parameter by its name and type; the parts of a pattern are of no concern to callers. */
export function paramText(param: DocParam): string {
  const { kind, left, arg, name, optional, tsType } = param;
  if (kind === "assign") return paramText({ ...left!, optional: true, ...(tsType && { tsType }) });
  if (kind === "rest") return `...${paramText({ ...arg!, ...(tsType && { tsType }) })}`;
  return `${name ?? "options"}${optional ? "?" : ""}${tsType ? `: ${typeText(tsType)}` : ""}`;
}

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
  const isPlain = /^(?:[\w$]+|\[.*\])$/.test(name);
  const shown = computed && !name.startsWith("[") ? `[${name}]` : isPlain ? name : JSON.stringify(name);
  return `${shown}${optional ? "?" : ""}`;
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
