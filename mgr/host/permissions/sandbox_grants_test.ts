/** What Deno is told of permissions, and what is kept from it. */

import { assertEquals } from "@std/assert";
import { parsePermission } from "./permission.ts";
import { NO_GRANTS, optionsInNet, type SandboxContext, sandboxGrants } from "./sandbox_grants.ts";

const OPTIONS: Readonly<Record<string, string>> = {
  server_addr: "::",
  server_port: "9283",
  empty: "",
  any: "*",
  two: "127.0.0.1:80,10.0.0.1",
  host: "a,b",
};

const CONTEXT: SandboxContext = {
  option: (name) => OPTIONS[name],
  realPath: (path) => (path === "/srv/link" ? "/var/lib/ceph/mgr/ceph-x" : path),
  reserved: ["/var/lib/ceph/mgr/ceph-x", "/proc"],
};

const grants = (...texts: readonly string[]) => sandboxGrants(texts.map(parsePermission), CONTEXT);

Deno.test("sandboxGrants() puts each permission of Deno's into its list, and no other", () => {
  const texts = [
    "net 10.0.0.1:80",
    "read /srv/a",
    "write /srv/b",
    "env HTTP_PROXY",
    "sys hostname",
    "health",
  ];
  assertEquals(grants(...texts, "run /usr/bin/x", "ffi /usr/lib/y.so"), {
    net: ["10.0.0.1:80"],
    read: ["/srv/a"],
    write: ["/srv/b"],
    env: ["HTTP_PROXY"],
    sys: ["hostname"],
    run: ["/usr/bin/x"],
    ffi: ["/usr/lib/y.so"],
    problems: [],
  });
  assertEquals(grants("admin", "get *"), NO_GRANTS);
});

Deno.test("sandboxGrants() resolves names of options, and leaves ports out that are any", () => {
  assertEquals(grants("net listen {server_addr}:{server_port}").net, ["[::]:9283"]);
  assertEquals(grants("net [::1]:80", "net example.org:*").net, ["[::1]:80", "example.org"]);
});

Deno.test("sandboxGrants() leaves out what an option makes a nonsense of, and says so", () => {
  const { net, problems } = grants(
    "net {none}:80",
    "net {empty}:80",
    "net a:{any}",
    "net a:{two}",
    "net {two}:80",
    "net {host}:80",
    "net {any}:80",
  );
  assertEquals(net, []);
  assertEquals(problems.length, 7);
  assertEquals(problems[0], "net {none}:80: option none has no value");
  assertEquals(problems[5], "net {host}:80: 'a,b' is no host");
});

Deno.test("sandboxGrants() keeps what is the manager's, what is below it, what it is in, and links to it", () => {
  const paths = [
    "/var/lib/ceph/mgr/ceph-x",
    "/var/lib/ceph/mgr/ceph-x/keyring",
    "/var/lib",
    "/proc/1",
    "/srv/link",
  ];
  const { read, problems } = grants(...paths.map((path) => `read ${path}`));
  assertEquals(read, []);
  assertEquals(problems.length, paths.length);
  assertEquals(problems[0], "read /var/lib/ceph/mgr/ceph-x: /var/lib/ceph/mgr/ceph-x is the manager's own");
  assertEquals(grants("read /var/lib/ceph/mgr/ceph-xy").problems, []);
});

Deno.test("optionsInNet() names the options that a module must not set itself", () => {
  const texts = ["net listen {server_addr}:{server_port}", "net a:80", "get *"];
  assertEquals([...optionsInNet(texts.map(parsePermission))], ["server_addr", "server_port"]);
});
