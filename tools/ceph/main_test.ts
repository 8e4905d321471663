/** What the command line answers without a cluster. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CEPH_VERSION } from "../../mgr/config/release.ts";
import type { CliIo } from "./io.ts";
import { main } from "./main.ts";

async function run(line: string): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = "";
  let stderr = "";
  const io: CliIo = {
    env: () => undefined,
    out: (data) => void (stdout += typeof data === "string" ? data : new TextDecoder().decode(data)),
    err: (text) => void (stderr += text),
    readInput: () => Promise.resolve(new Uint8Array(0)),
    readLine: () => Promise.resolve(undefined),
    inIsTerminal: false,
    outIsTerminal: false,
    size: () => ({ columns: 80, rows: 25 }),
    interrupted: new AbortController().signal,
  };
  return { code: await main(line.split(" "), io), stdout, stderr };
}

Deno.test("main() tells its version, behind the -- of deno task too", async () => {
  assertEquals(await run("-- --version"), { code: 0, stdout: `${CEPH_VERSION}\n`, stderr: "" });
});

Deno.test("main() refuses options as argparse does, with exit code 2", async () => {
  const { code, stderr } = await run("osd tree -f foo");
  assertEquals(code, 2);
  assertMatch(stderr, /^usage: ceph .*\nceph: error: argument -f\/--format: invalid choice: 'foo'/);
});

Deno.test("main() helps without a cluster", async () => {
  const { code, stdout, stderr } = await run("-h -c /no/such.conf");
  assertEquals(code, 0);
  assertStringIncludes(stdout, "usage: ceph [options] <command> [arguments]");
  assertStringIncludes(stderr, "The commands of a cluster are not shown: there is no /no/such.conf.");
});

Deno.test("main() says what to do without a ceph.conf", async () => {
  const { code, stderr } = await run("-s -c /no/such.conf");
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /^Error initializing cluster client: there is no \/no\/such.conf.\nName a ceph.conf with -c\n$/,
  );
});

Deno.test("main() prints a completion script for any name", async () => {
  assertStringIncludes((await run("completion bash")).stdout, "complete -F _ganglion_complete ganglion\n");
  assertStringIncludes((await run("completion bash mine")).stdout, "complete -F _mine_complete mine\n");
  assertEquals((await run("completion fish")).code, 2);
});

Deno.test("main() says of daemonperf what there is instead", async () => {
  const { code, stderr } = await run("daemonperf osd.3");
  assertEquals(code, 22);
  assertStringIncludes(stderr, `"tell osd.3 perf dump"`);
});

Deno.test("main() wants what local commands need", async () => {
  assertEquals(await run("ping foo"), {
    code: 1,
    stdout: "",
    stderr: '"ping" expects a monitor to ping; try "ping mon.<id>"\n',
  });
  assertEquals((await run("daemon osd.0")).code, 22);
  assertEquals(
    (await run("daemon /no/such.asok version")).stderr,
    "admin_socket: exception getting command descriptions: [Errno 2] No such file or directory\n",
  );
});
