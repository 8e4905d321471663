/** Child processes of the test cluster: output, end, and what must not be left behind. */

import { assertEquals, assertRejects } from "@std/assert";
import { DaemonProcess } from "./daemon_process.ts";

Deno.test("DaemonProcess.line() finds past and coming output, and fails when the process ends", async () => {
  const daemon = new DaemonProcess("sh", "sh", ["-c", "echo one; read line; echo $line; exit 3"]);
  assertEquals(await daemon.line(/^o/), "one");
  await assertRejects(() => daemon.line(/never/), Error, "sh (pid");
  assertEquals([await daemon.exited, daemon.diedUnasked], [{ code: 3, signal: null }, true]);
});

Deno.test("DaemonProcess.stop() ends a process that ignores nothing", async () => {
  const daemon = new DaemonProcess("sleep", "sleep", ["1000"]);
  assertEquals((await daemon.stop()).signal, "SIGTERM");
  assertEquals(daemon.diedUnasked, false);
});

Deno.test("DaemonProcess.stop() kills a child that outlives its parent, and complains", async () => {
  const daemon = new DaemonProcess("sh", "sh", ["-c", "sleep 1000 & echo up; wait"]);
  await daemon.line(/up/);
  await assertRejects(() => daemon.stop("SIGKILL"), Error, "Cannot stop sh cleanly");
});
