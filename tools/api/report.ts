/** The interface of a package on one page: what a change of it changes here. */

import type { DocDefinition, DocJson, DocSymbol } from "./doc_json.ts";
import { membersText, signature, typeArgs, typeParamsText, typeText, withoutBodies } from "./ts_text.ts";

/** By kind: the first line of a declaration. */
const HEADS: Readonly<Record<string, (name: string, def: DocDefinition) => string>> = {
  function: (name, def) => `function ${name}${signature(def)}`,
  variable: (name, { kind, tsType }) => `${kind} ${name}${tsType ? `: ${typeText(tsType)}` : ""}`,
  typeAlias: (name, { typeParams, tsType }) =>
    `type ${name}${typeParamsText(typeParams)} = ${typeText(tsType!)}`,
  interface: (name, def) => `interface ${name}${typeParamsText(def.typeParams)}${interfaceTail(def)}`,
  class: (name, def) =>
    `${def.isAbstract ? "abstract " : ""}class ${name}${typeParamsText(def.typeParams)}${classTail(def)}`,
};

function interfaceTail({ extends: parents }: DocDefinition): string {
  return Array.isArray(parents) && parents.length > 0 ? ` extends ${parents.map(typeText).join(", ")}` : "";
}

function classTail({ extends: parent, superTypeParams, implements: faces = [] }: DocDefinition): string {
  const above = typeof parent === "string" ? ` extends ${parent}${typeArgs(superTypeParams)}` : "";
  return `${above}${faces.length > 0 ? ` implements ${faces.map(typeText).join(", ")}` : ""}`;
}

/** One declaration with its members. Throws an Error for a kind that no entry had yet. */
function declarationText(name: string, kind: string, def: DocDefinition): string {
  const head = HEADS[kind];
  if (head === undefined) throw new Error(`Cannot write ${name} down: kind '${kind}' is not known`);
  if (kind !== "interface" && kind !== "class") return head(name, def);
  const members = membersText(def).map((line) => `  ${line}`);
  return [`${head(name, def)} {`, ...members, "}"].join("\n");
}

/** Symbols that `@deprecated` marks. */
function isDeprecated({ declarations }: DocSymbol): boolean {
  return declarations.some(({ jsDoc }) => jsDoc?.tags?.some(({ kind }) => kind === "deprecated") ?? false);
}

/** The symbols of an entry, in the order of their names. */
export function entryReport(doc: DocJson): string {
  const symbols = Object.values(doc.nodes).flatMap(({ symbols }) => symbols);
  const sorted = symbols.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return sorted.map((symbol) => {
    const all = symbol.declarations.map((declaration) => ({ name: symbol.name, ...declaration }));
    const lines = withoutBodies(all, ({ def }) => def).map(({ name, kind, def }) =>
      declarationText(name, kind, def)
    );
    return `${isDeprecated(symbol) ? "// deprecated\n" : ""}${lines.join("\n")}`;
  }).join("\n\n");
}

/** The whole page: entries by what modules import them as. */
export function apiReport(entries: Readonly<Record<string, DocJson>>): string {
  const parts = Object.entries(entries).map(([name, doc]) =>
    `## ${name}\n\n\`\`\`text\n${entryReport(doc)}\n\`\`\`\n`
  );
  return [
    "# Interface of @ganglion/sdk",
    "",
    "Made by `deno task api` of what the package exports; a test fails while it is not up to date. Changes of this",
    "file are changes of the interface: [README.md](README.md) says which of them a release may make.",
    "",
    parts.join("\n"),
  ].join("\n");
}
