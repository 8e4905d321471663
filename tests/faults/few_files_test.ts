/** A process that runs out of file descriptors while it accepts. */

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { DaemonProcess } from "../cluster/daemon_process.ts";

const PROGRAM = fileURLToPath(import.meta.resolve("./few_files.ts"));
const LIMIT = 60;

Deno.test("Acceptor without a file descriptor left waits, tells why, and goes on when somebody leaves", async () => {
  const shell = ["-c", `ulimit -n ${LIMIT} && exec "$@"`, "sh"];
  const child = new DaemonProcess("few_files", "sh", [...shell, Deno.execPath(), "run", "-A", PROGRAM]);
  const knocking: Deno.TcpConn[] = [];
  try {
    const port = Number((await child.line(/^port /)).slice(5));
    const knock = async (): Promise<void> => {
      knocking.push(await Deno.connect({ hostname: "127.0.0.1", port }));
    };
    while (knocking.length < LIMIT) await knock();
    await child.line(/^full: Too many open files/);
    for (const tcp of knocking.splice(0)) tcp.close();
    await knock();
    assert((await knocking[0]!.read(new Uint8Array(100)) ?? 0) > 0);
    await child.line(/^accepting again/);
    assertEquals(child.exit, undefined);
  } finally {
    for (const tcp of knocking) tcp.close();
    await child.stop();
  }
});
