/** Errors on their way from the host to a module. */

import { assert, assertEquals } from "@std/assert";
import { CommandError, MethodNotFoundError, RadosError } from "@ganglion/sdk";
import { RadosError as NativeError } from "../rados/rados_error.ts";
import { readError, writeError } from "./call_errors.ts";

const sent = (error: Error): Error | undefined => readError(error.message, writeError(error));

Deno.test("readError() makes of writeError() the same class with the same fields", () => {
  const error = sent(new CommandError("osd rm failed", { retval: -16, stderr: "osd.0 is up" }));
  assert(error instanceof CommandError);
  assertEquals([error.name, error.message, error.retval, error.stderr], [
    "CommandError",
    "osd rm failed",
    -16,
    "osd.0 is up",
  ]);
  const missing = sent(new MethodNotFoundError("no", { module: "a", method: "b" }));
  assert(missing instanceof MethodNotFoundError && missing.module === "a" && missing.method === "b");
  assert(sent(new TypeError("no")) instanceof TypeError);
});

Deno.test("writeError() takes the manager's own classes by their name", () => {
  const error = sent(new NativeError("read object 'a' of pool 'p'", -2));
  assert(error instanceof RadosError);
  assertEquals([error.errno, error.code, error.message], [
    -2,
    "ENOENT",
    "Cannot read object 'a' of pool 'p': ENOENT (-2)",
  ]);
});

Deno.test("writeError() and readError() leave other classes and nonsense alone", () => {
  class Odd extends Error {
    override readonly name = "Odd";
    readonly secret = "s";
  }
  assertEquals(sent(new Odd("x")), undefined);
  for (const body of [null, undefined, 1, "CommandError", {}, { name: 1 }, { name: "toString" }]) {
    assertEquals(readError("x", body), undefined);
  }
});
