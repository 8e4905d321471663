/** Monitors by DNS: a server on loopback is asked. */

import { assertEquals, assertRejects } from "@std/assert";
import { startFakeDns } from "../../tests/fakes/fake_dns.ts";
import { formatAddrVec } from "../types/entity_addr.ts";
import { findMonitors } from "./mon_host.ts";
import { dnsResolver } from "./resolver.ts";

const nowhereElse = { monHost: "", sections: new Map<string, string>() };

Deno.test("dnsResolver() finds monitors by their SRV records and keeps priorities and weights", async () => {
  const records = [
    { priority: 20, weight: 0, port: 3300, target: "localhost." },
    { priority: 10, weight: 60, port: 6789, target: "localhost." },
  ];
  await using dns = await startFakeDns(new Map([["_ceph-mon._tcp.example.com", records]]));
  const seeds = await findMonitors({ ...nowhereElse, srvName: "ceph-mon_example.com" }, dnsResolver(dns));
  const v4 = seeds.filter(({ addrs }) => addrs[0]!.ip === "127.0.0.1");
  assertEquals(
    v4.map(({ name, addrs, priority, weight }) => [name, formatAddrVec(addrs), priority, weight]),
    [
      ["localhost", "v1:127.0.0.1:6789/0", 10, 60],
      ["localhost", "v2:127.0.0.1:3300/0", 20, 0],
    ],
  );
});

Deno.test("dnsResolver() that finds no record leads to one clear line", async () => {
  await using dns = await startFakeDns(new Map());
  await assertRejects(
    () => findMonitors({ ...nowhereElse, srvName: "ceph-mon_nosuch.example" }, dnsResolver(dns)),
    Error,
    "Cannot find monitors: mon_host is not set and DNS has no SRV record _ceph-mon._tcp.nosuch.example",
  );
  assertEquals(dns.asked.includes("_ceph-mon._tcp.nosuch.example"), true);
});
