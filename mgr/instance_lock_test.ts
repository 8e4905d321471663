/** One process per mgr_data. */

import { assertEquals, assertThrows } from "@std/assert";
import { AlreadyRunningError, lockInstance } from "./instance_lock.ts";

Deno.test("lockInstance() makes the directory, tells who holds it, and lets go when its holder ends", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const data = `${directory}/mgr/ceph-x`;
    const first = lockInstance(data);
    assertEquals(await Deno.readTextFile(`${data}/ganglion.lock`), `${Deno.pid}\n`);
    assertThrows(() => lockInstance(data), AlreadyRunningError, `process ${Deno.pid} already runs`);
    first[Symbol.dispose]();
    lockInstance(data)[Symbol.dispose]();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("lockInstance() says what to do when there can be no directory", () => {
  assertThrows(
    () => lockInstance("/proc/nowhere"),
    Error,
    "Cannot use mgr_data /proc/nowhere: ",
  );
});
