/** Tarballs, as npm makes them and as somebody with bad intentions does. */

import { assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { tarball } from "../../tests/fakes/fake_registries.ts";
import { MODULE_LIMITS } from "../../mgr/host/packages/module_files.ts";
import { PackageError } from "./package_error.ts";
import { readTarball } from "./tarball.ts";

const entry = (path: string, text = "", type = "0") => ({ path, text, type });
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

Deno.test("readTarball() has the files below the first directory, with long paths too", async () => {
  const long = `${"a".repeat(90)}/${"b".repeat(90)}.ts`;
  const path = `package/${long}`;
  const record = ` path=${path}\n`;
  const length = record.length + String(record.length + 3).length;
  const files = await readTarball(tarball([
    entry("package/mod.ts", "export {};"),
    entry("package/lib/", "", "5"),
    entry("PaxHeader", `${length}${record}`, "x"),
    entry("package/short", "long"),
    entry("package/last", "last"),
  ]));
  assertEquals([...files.keys()], ["mod.ts", long, "last"]);
  assertEquals([text(files.get("mod.ts")), text(files.get(long))], ["export {};", "long"]);
});

Deno.test("readTarball() refuses links, devices, and paths that lead out", async () => {
  for (const type of ["1", "2", "3", "4", "6", "L"]) {
    await assertRejects(
      () => readTarball(tarball([entry("package/x", "", type)])),
      PackageError,
      "a link or a device",
    );
  }
  for (const path of ["package/../x", "package//x", "package/a\\b", "package/./x", "package/a/../../x"]) {
    await assertRejects(() => readTarball(tarball([entry(path)])), PackageError, "no path within it");
  }
  for (const path of ["x", "/etc/passwd"]) {
    await assertRejects(() => readTarball(tarball([entry(path)])), PackageError, "beside its directory");
  }
});

Deno.test("readTarball() refuses what is too much, cut off, or no tarball", async () => {
  const many = Array.from({ length: MODULE_LIMITS.files + 1 }, (_, i) => entry(`package/${i}`));
  await assertRejects(
    () => readTarball(tarball(many)),
    PackageError,
    `more than ${MODULE_LIMITS.files} files`,
  );
  const bomb = new Uint8Array(gzipSync(new Uint8Array(MODULE_LIMITS.bytes * 1.1)));
  await assertRejects(() => readTarball(bomb), PackageError, "it is more than");
  await assertRejects(
    () => readTarball(new Uint8Array([1, 2, 3])),
    PackageError,
    "Cannot unpack the package",
  );
  const cut = tarball([entry("package/x", "x".repeat(2000))]);
  await assertRejects(
    () => readTarball(cut.slice(0, cut.length - 20)),
    PackageError,
    "Cannot unpack the package",
  );
});
