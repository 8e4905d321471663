/** What declarations make of the types of a module: each line of `proofs` compiles only while it holds. */

import { assertEquals } from "@std/assert";
import {
  type AllowedOf,
  type CommandOf,
  commands,
  type MgrModule,
  options,
  type ValueOfOption,
} from "./mod.ts";

/** True when both are the same type, not only assignable. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

const OPTIONS = options({
  place: { default: "world" },
  note: {},
  size: { type: "size", default: 4096 },
  limit: { type: "uint" },
  loud: { type: "bool", default: false },
  how: { enumAllowed: ["fast", "slow"], default: "fast" },
});
const COMMANDS = commands({
  "box put": {
    desc: "",
    perm: "rw",
    args: {
      what: { type: "CephString" },
      count: { type: "CephInt", req: false },
      ids: { type: "CephOsdName", n: "N" },
      how: { type: "CephChoices", strings: ["fast", "slow"] },
    },
  },
  "box": { desc: "", perm: "r" },
});

type Box = MgrModule<typeof OPTIONS, typeof COMMANDS>;
type Declared = typeof OPTIONS;
type Put = Extract<CommandOf<typeof COMMANDS>, { readonly prefix: "box put" }>;

const proofs: readonly true[] = [
  true satisfies Same<ValueOfOption<Declared["place"]>, string>,
  true satisfies Same<ValueOfOption<Declared["note"]>, string | undefined>,
  true satisfies Same<ValueOfOption<Declared["size"]>, number>,
  true satisfies Same<ValueOfOption<Declared["limit"]>, number | undefined>,
  true satisfies Same<ValueOfOption<Declared["loud"]>, boolean>,
  true satisfies Same<AllowedOf<Declared["how"]>, "fast" | "slow">,
  // Names that are not declared do not compile.
  true satisfies Same<Parameters<Box["getModuleOption"]>[0], keyof Declared>,
  true satisfies Same<Parameters<Box["setModuleOption"]>[0], keyof Declared>,
  true satisfies Same<CommandOf<typeof COMMANDS>["prefix"], "box put" | "box">,
  true satisfies Same<Put["what"], string>,
  true satisfies Same<Put["count"], number | undefined>,
  true satisfies Same<Put["ids"], readonly (string | number)[]>,
  true satisfies Same<Put["how"], "fast" | "slow">,
];

Deno.test("options() and commands() keep what is declared, and its types", () => {
  assertEquals(proofs.every((proof) => proof), true);
  assertEquals(OPTIONS.how.enumAllowed, ["fast", "slow"]);
  assertEquals(COMMANDS["box put"].args.ids.n, "N");
});
