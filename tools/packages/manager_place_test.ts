/** Which manager's directory is meant. */

import { assertEquals, assertRejects } from "@std/assert";
import { findMgrData } from "./manager_place.ts";
import { PackageError } from "./package_error.ts";

async function withConf(body: (directory: string, conf: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-" });
  try {
    const conf = `${directory}/ceph.conf`;
    await Deno.writeTextFile(conf, `[mgr]\nmgr data = ${directory}/mgr/$cluster-$id\n`);
    await body(directory, conf);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("findMgrData() takes what is named, or what ceph.conf says of an id", async () => {
  await withConf(async (directory, conf) => {
    assertEquals(await findMgrData({ mgrData: "/srv/x", id: "y", conf }), "/srv/x");
    assertEquals(await findMgrData({ id: "y", conf }), `${directory}/mgr/ceph-y`);
    await assertRejects(() => findMgrData({ id: "y", conf: `${directory}/none` }), Error, "there is no");
  });
});

Deno.test("findMgrData() takes the only manager of the machine, and asks when there are more", async () => {
  await withConf(async (directory, conf) => {
    await assertRejects(() => findMgrData({ conf }), PackageError, "there is none in");
    await Deno.mkdir(`${directory}/mgr/ceph-a`, { recursive: true });
    await Deno.mkdir(`${directory}/mgr/other`);
    assertEquals(await findMgrData({ conf }), `${directory}/mgr/ceph-a`);
    await Deno.mkdir(`${directory}/mgr/ceph-b`);
    await assertRejects(() => findMgrData({ conf }), PackageError, "ceph-a, ceph-b. Name it with -i ID");
  });
});
