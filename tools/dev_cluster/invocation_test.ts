/** What `deno task mgr` runs, by its words and what is there. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { chooseInvocation, type TaskInvocation } from "./invocation.ts";

function choose(line: string, conf?: string, env: Record<string, string> = {}): TaskInvocation {
  const words = line.split(" ").filter((word) => word !== "");
  return chooseInvocation(words, { env: { HOME: "/h", ...env }, exists: (path) => path === conf });
}

Deno.test("chooseInvocation() runs a development cluster when nothing names a cluster", () => {
  assertEquals(choose(""), { kind: "dev", fresh: false });
  assertEquals(choose("--"), { kind: "dev", fresh: false });
  assertEquals(choose("--fresh"), { kind: "dev", fresh: true });
  assertEquals(choose("-- --fresh"), { kind: "dev", fresh: true });
});

Deno.test("chooseInvocation() is the real daemon where there is a ceph.conf", () => {
  const conf = "/etc/ceph/ceph.conf";
  assertEquals(choose("-i x", conf), { kind: "daemon", args: ["-i", "x"] });
  assertEquals(choose("-h", conf), { kind: "daemon", args: ["-h"] });
  assertEquals(choose("--show-config-value mgr_data", conf).kind, "daemon");
  for (const place of [conf, "/h/.ceph/ceph.conf", "ceph.conf"]) {
    const usage = choose("", place);
    assertEquals(usage.kind, "usage");
    assertStringIncludes(usage.kind === "usage" ? usage.message : "", "--dev");
  }
});

Deno.test("chooseInvocation() is the real daemon when a flag or a variable says so", () => {
  assertEquals(choose("-i x").kind, "daemon");
  assertEquals(choose("-c /tmp/c.conf -i x").kind, "daemon");
  assertEquals(choose("-m 10.0.0.1 -i x").kind, "daemon");
  assertEquals(choose("--nonsense").kind, "daemon");
  assertEquals(choose("", undefined, { CEPH_CONF: "/nowhere" }).kind, "daemon");
  assertEquals(choose("", undefined, { CEPH_ARGS: "-m 10.0.0.1" }).kind, "daemon");
});

Deno.test("chooseInvocation() is forced by --dev, and --fresh implies it only without a ceph.conf", () => {
  const conf = "/etc/ceph/ceph.conf";
  assertEquals(choose("--dev", conf), { kind: "dev", fresh: false });
  assertEquals(choose("--fresh --dev", conf), { kind: "dev", fresh: true });
  assertEquals(choose("--fresh", conf).kind, "usage");
  assertEquals(choose("--dev -i x").kind, "usage");
});
