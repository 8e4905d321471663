/** Spellings of mon_host, monitor sections and DNS. */

import { assertEquals, assertRejects } from "@std/assert";
import { formatAddrVec } from "../types/entity_addr.ts";
import { findMonitors, type MonitorSources, parseMonHost, type Resolver } from "./mon_host.ts";

const HOSTS: Readonly<Record<string, readonly string[]>> = {
  "mon1": ["10.0.0.1"],
  "mon2.example.com": ["10.0.0.2", "fd00::2"],
};

const resolver: Resolver = {
  addresses: (host) => HOSTS[host] ? Promise.resolve(HOSTS[host]) : Promise.reject(new Error("NXDOMAIN")),
  srv: (name) => {
    if (name === "_ceph-mon._tcp") {
      return Promise.resolve([
        { priority: 20, weight: 10, port: 3300, target: "mon1" },
        { priority: 10, weight: 10, port: 6789, target: "mon2.example.com" },
      ]);
    }
    if (name === "_ceph-mon._tcp.example.com") {
      return Promise.resolve([{ priority: 0, weight: 0, port: 40000, target: "mon1" }]);
    }
    return Promise.reject(new Error("NXDOMAIN"));
  },
};

/** As `monmaptool --generate` of 16.2.15 reads them; it takes no prefix before a host name. */
const SPELLINGS: readonly [text: string, ...monitors: string[]][] = [
  ["10.0.0.1", "[v2:10.0.0.1:3300/0,v1:10.0.0.1:6789/0]"],
  ["10.0.0.1:3300", "v2:10.0.0.1:3300/0"],
  ["10.0.0.1:6789", "v1:10.0.0.1:6789/0"],
  ["10.0.0.1:40000", "[v2:10.0.0.1:40000/0,v1:10.0.0.1:40000/0]"],
  ["v2:10.0.0.1:40000", "v2:10.0.0.1:40000/0"],
  ["v2:10.0.0.1", "v2:10.0.0.1:3300/0"],
  ["v1:10.0.0.1:6789/0", "v1:10.0.0.1:6789/0"],
  ["[v2:10.0.0.1:3300,v1:10.0.0.1:6789]", "[v2:10.0.0.1:3300/0,v1:10.0.0.1:6789/0]"],
  ["[v2:10.0.0.1:3300/0]", "v2:10.0.0.1:3300/0"],
  [
    "[v2:10.0.0.1:1/0,v1:10.0.0.1:2/0],[v2:10.0.0.2:3/0,v1:10.0.0.2:4/0]",
    "[v2:10.0.0.1:1/0,v1:10.0.0.1:2/0]",
    "[v2:10.0.0.2:3/0,v1:10.0.0.2:4/0]",
  ],
  [
    "10.0.0.1:3300,10.0.0.2:3300;10.0.0.3:3300 10.0.0.4:3300",
    ...[1, 2, 3, 4].map((n) => `v2:10.0.0.${n}:3300/0`),
  ],
  ["[10.0.0.1:3300,10.0.0.1:6789]", "[v2:10.0.0.1:3300/0,v2:10.0.0.1:6789/0]"],
  ["[fd00::2]", "[v2:[fd00::2]:3300/0,v1:[fd00::2]:6789/0]"],
  ["fd00::2", "[v2:[fd00::2]:3300/0,v1:[fd00::2]:6789/0]"],
  ["[fd00::2]:3300", "v2:[fd00::2]:3300/0"],
  ["v2:[fd00::2]:40000", "v2:[fd00::2]:40000/0"],
  ["[v2:[fd00::2]:3300,v1:[fd00::2]:6789]", "[v2:[fd00::2]:3300/0,v1:[fd00::2]:6789/0]"],
  ["mon1", "[v2:10.0.0.1:3300/0,v1:10.0.0.1:6789/0]"],
  ["mon1:3300", "v2:10.0.0.1:3300/0"],
  ["v2:mon1:40000", "v2:10.0.0.1:40000/0"],
  ["mon2.example.com:3300 , mon1:3300", "v2:10.0.0.2:3300/0", "v2:[fd00::2]:3300/0", "v2:10.0.0.1:3300/0"],
];

for (const [text, ...monitors] of SPELLINGS) {
  Deno.test(`parseMonHost() reads '${text}'`, async () => {
    assertEquals((await parseMonHost(text, resolver)).map(formatAddrVec), monitors);
  });
}

const WRONG: readonly [text: string, why: string][] = [
  ["10.0.0.256", "is no IPv4 address"],
  ["10.0.0", "is no IPv4 address"],
  ["10.0.0.1:70000", "is above 65535"],
  ["[v2:10.0.0.1:3300", "'[' without ']'"],
  ["v2:10.0.0.1:3300]", "']' without '['"],
  ["[zz::1]", "is no address"],
  ["a/b", "is no address"],
  [" , ", "no monitor in it"],
  ["nosuch", "host name 'nosuch' has no address"],
];

for (const [text, why] of WRONG) {
  Deno.test(`parseMonHost() refuses '${text}'`, async () => {
    await assertRejects(() => parseMonHost(text, resolver), Error, why);
  });
}

const NOTHING: MonitorSources = { monHost: "", sections: new Map(), srvName: "ceph-mon" };

Deno.test("findMonitors() numbers the monitors of mon_host", async () => {
  const seeds = await findMonitors({ ...NOTHING, monHost: "10.0.0.1 10.0.0.2" }, resolver);
  assertEquals(seeds.map(({ name }) => name), ["noname-a", "noname-b"]);
});

Deno.test("findMonitors() takes monitor sections when mon_host is empty", async () => {
  const seeds = await findMonitors({ ...NOTHING, sections: new Map([["a", "10.0.0.1:3300"]]) }, resolver);
  assertEquals(seeds.map(({ name, addrs }) => [name, formatAddrVec(addrs)]), [["a", "v2:10.0.0.1:3300/0"]]);
});

Deno.test("findMonitors() asks DNS last, by priority", async () => {
  const seeds = await findMonitors(NOTHING, resolver);
  assertEquals(seeds.map(({ name, addrs }) => [name, formatAddrVec(addrs)]), [
    ["mon2", "v1:10.0.0.2:6789/0"],
    ["mon2", "v1:[fd00::2]:6789/0"],
    ["mon1", "v2:10.0.0.1:3300/0"],
  ]);
});

Deno.test("findMonitors() asks in the domain after _", async () => {
  const seeds = await findMonitors({ ...NOTHING, srvName: "ceph-mon_example.com" }, resolver);
  assertEquals(seeds.map(({ addrs }) => formatAddrVec(addrs)), ["[v2:10.0.0.1:40000/0,v1:10.0.0.1:40000/0]"]);
});

Deno.test("findMonitors() says what it looked for when there is nothing", async () => {
  const call = () => findMonitors({ ...NOTHING, srvName: "nosuch" }, resolver);
  await assertRejects(call, Error, "mon_host is not set and DNS has no SRV record _nosuch._tcp");
});
