/** What `deno task mgr` runs, by its words and what is there. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { chooseInvocation, type DevOptions, type TaskInvocation } from "./invocation.ts";

function choose(line: string, conf?: string, env: Record<string, string> = {}): TaskInvocation {
  const words = line.split(" ").filter((word) => word !== "");
  return chooseInvocation(words, { env: { HOME: "/h", ...env }, exists: (path) => path === conf });
}

const dev = (options: Partial<DevOptions>): TaskInvocation => ({
  kind: "dev",
  fresh: false,
  watch: false,
  modules: undefined,
  ...options,
});

Deno.test("chooseInvocation() runs a development cluster when nothing names a cluster", () => {
  assertEquals(choose(""), dev({ fresh: false }));
  assertEquals(choose("--"), dev({ fresh: false }));
  assertEquals(choose("--fresh"), dev({ fresh: true }));
  assertEquals(choose("-- --fresh"), dev({ fresh: true }));
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
  assertEquals(choose("--dev", conf), dev({ fresh: false }));
  assertEquals(choose("--fresh --dev", conf), dev({ fresh: true }));
  assertEquals(choose("--fresh", conf).kind, "usage");
  assertEquals(choose("--dev -i x").kind, "usage");
});

Deno.test("chooseInvocation() takes a directory of modules, and watches on demand", () => {
  assertEquals(choose("--watch"), dev({ watch: true }));
  assertEquals(choose("--watch --modules /m"), dev({ watch: true, modules: "/m" }));
  assertEquals(
    choose("--dev --modules m --fresh", "/etc/ceph/ceph.conf"),
    dev({ modules: "m", fresh: true }),
  );
  assertEquals(choose("--watch", "/etc/ceph/ceph.conf").kind, "usage");
  assertEquals(choose("--modules").kind, "usage");
});
