/** Which registries are asked. */

import { assertEquals, assertThrows } from "@std/assert";
import { PackageError } from "./package_error.ts";
import { registriesOf } from "./registries.ts";

const of = (env: Record<string, string>) => registriesOf((name) => env[name]);

Deno.test("registriesOf() takes those of the environment, else those that Deno asks by itself", () => {
  assertEquals(of({}).jsr, "https://jsr.io/");
  assertEquals(new URL(of({}).npm).host.endsWith(".npmjs.org"), true);
  assertEquals(of({ JSR_URL: "http://h:1", NPM_CONFIG_REGISTRY: "http://h:1/npm" }), {
    jsr: "http://h:1/",
    npm: "http://h:1/npm/",
  });
});

Deno.test("registriesOf() refuses addresses that are none, and passwords, which would be written down", () => {
  for (const JSR_URL of ["jsr", "file:///tmp/jsr/", "https://me:secret@h/"]) {
    const says = "Cannot use JSR_URL: it must be an http address without a password";
    assertThrows(() => of({ JSR_URL }), PackageError, says);
  }
});
