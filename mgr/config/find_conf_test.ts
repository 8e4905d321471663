/** Which ceph.conf is read. */

import { assertEquals } from "@std/assert";
import { clusterName, confPaths } from "./find_conf.ts";

Deno.test("confPaths() takes -c before CEPH_CONF before the usual places", () => {
  assertEquals(confPaths({ conf: "/a.conf", envConf: "/b", home: "/root" }), {
    paths: ["/a.conf"],
    required: true,
  });
  assertEquals(confPaths({ conf: "/a.conf,/b.conf", home: "" }), {
    paths: ["/a.conf", "/b.conf"],
    required: true,
  });
  assertEquals(confPaths({ conf: "", envConf: "/b", home: "/root" }), { paths: [], required: false });
  assertEquals(confPaths({ envConf: "/b", home: "/root" }), { paths: ["/b"], required: false });
  assertEquals(confPaths({ home: "/root" }).paths, [
    "/etc/ceph/ceph.conf",
    "/root/.ceph/ceph.conf",
    "ceph.conf",
  ]);
  assertEquals(confPaths({ cluster: "c", home: "" }).paths, ["/etc/ceph/c.conf", "c.conf"]);
});

Deno.test("clusterName() is --cluster, else the file's base name", () => {
  assertEquals(clusterName("c", "/etc/ceph/ceph.conf"), "c");
  assertEquals(clusterName(undefined, "/etc/ceph/east.conf"), "east");
  assertEquals(clusterName(undefined, "/etc/ceph/.conf"), "ceph");
  assertEquals(clusterName(undefined, "/etc/ceph/east"), "ceph");
  assertEquals(clusterName(undefined, undefined), "ceph");
});
