/** The page of an interface, from sources as an author writes them. */

import { assertEquals, assertThrows } from "@std/assert";
import type { DocJson } from "./doc_json.ts";
import { entryReport } from "./report.ts";
import { typeText } from "./ts_text.ts";

/** What `deno doc --json` says of a source. */
async function docOf(source: string): Promise<DocJson> {
  const path = await Deno.makeTempFile({ prefix: "ganglion-", suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, source);
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["doc", "--json", path] }).output();
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("entryReport() writes declarations in the order of their names, without bodies and private members", async () => {
  const report = entryReport(
    await docOf(`
    export abstract class B<T extends string = "x"> extends Array<T> implements Disposable {
      static readonly all: readonly B[] = [];
      #hidden = 1;
      private alsoHidden = 2;
      protected seen?: number;
      constructor(size: number, name = "n") { super(size); }
      get size(): number { return 1; }
      abstract run(...args: readonly T[]): Promise<void>;
      over(a: string): string;
      over(a: number): number;
      over(a: unknown): unknown { return a; }
      [Symbol.dispose](): void {}
    }
    /** @deprecated use b */
    export function a(first: { x: number }, second?: (n: number) => boolean): first is never;
    export const c: unique symbol = Symbol();
    export interface D extends Iterable<string> { readonly [key: string]: unknown; (n: 1): true }
    export type E<K extends keyof D = "k"> = { readonly [P in K as \`\${P}!\`]?: D[P] } | [a: 1, ...2[]] | typeof c;
    export type F<T> = T extends readonly (infer U)[] ? U : never;
  `),
  );
  assertEquals(
    report,
    `abstract class B<T extends string = "x"> extends Array<T> implements Disposable {
  constructor(size: number, name?: string)
  static readonly all: readonly B[]
  protected seen?: number
  get size(): number
  abstract run(...args: readonly T[]): Promise<void>
  over(a: string): string
  over(a: number): number
  [Symbol.dispose](): void
}

interface D extends Iterable<string> {
  (n: 1): true
  readonly [key: string]: unknown
}

type E<K extends keyof D = "k"> = { readonly [P in K as \`\${P}!\`]?: D[P] } | [1, ...2[]] | typeof c

type F<T> = T extends readonly (infer U)[] ? U : never

// deprecated
function a(first: { x: number }, second?: (n: number) => boolean): first is never

const c: unique symbol`,
  );
});

Deno.test("typeText() refuses what it does not know: nothing is left out in silence", () => {
  assertThrows(() => typeText({ kind: "new in TypeScript 9" }), Error, "is not known");
});
