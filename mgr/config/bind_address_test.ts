/** The choice of the listening address. */

import { assertEquals, assertThrows } from "@std/assert";
import { type BindOptions, chooseBindAddress, type InterfaceAddress } from "./bind_address.ts";

const INTERFACES: readonly InterfaceAddress[] = [
  { name: "lo", family: "IPv4", address: "127.0.0.1" },
  { name: "eth0", family: "IPv4", address: "10.1.2.3" },
  { name: "eth1", family: "IPv4", address: "10.9.2.3" },
  { name: "eth0", family: "IPv6", address: "fd00::2" },
  { name: "eth0", family: "IPv6", address: "fe80::1" },
];

function choose(options: Partial<BindOptions>, learned?: string) {
  const defaults = {
    publicAddr: "-",
    publicNetwork: "",
    publicNetworkInterface: "",
    bindIpv4: true,
    bindIpv6: false,
  };
  return chooseBindAddress({ ...defaults, ...options }, INTERFACES, learned);
}

const at = (ip: string, port = 0) => ({ listen: ip, announce: ip, port });

Deno.test("chooseBindAddress() takes public_addr before public_network", () => {
  assertEquals(choose({ publicAddr: "10.9.9.9", publicNetwork: "10.1.0.0/16" }), at("10.9.9.9"));
  assertEquals(choose({ publicAddr: "10.9.9.9:6805" }), at("10.9.9.9", 6805));
  assertEquals(choose({ publicAddr: "v2:10.9.9.9:0/0" }), at("10.9.9.9"));
  assertEquals(choose({ publicAddr: "[fd00::2]:6805" }), at("fd00::2", 6805));
  assertEquals(choose({ publicAddr: "fd00::2" }), at("fd00::2"));
});

Deno.test("chooseBindAddress() takes the address inside the first network that has one", () => {
  assertEquals(choose({ publicNetwork: "10.1.0.0/16" }), at("10.1.2.3"));
  assertEquals(choose({ publicNetwork: "192.168.0.0/16, 10.9.0.0/16,10.1.0.0/16" }), at("10.9.2.3"));
  assertEquals(choose({ publicNetwork: "10.9.2.3" }), at("10.9.2.3"));
  assertEquals(choose({ publicNetwork: "0.0.0.0/0", publicNetworkInterface: "eth1" }), at("10.9.2.3"));
});

Deno.test("chooseBindAddress() looks only at the wanted families", () => {
  const v6 = { bindIpv4: false, bindIpv6: true };
  assertEquals(choose({ ...v6, publicNetwork: "10.1.0.0/16, fd00::/64" }), at("fd00::2"));
  assertThrows(
    () => choose({ publicNetwork: "fd00::/64" }),
    Error,
    "unable to find any IP address in networks",
  );
  assertThrows(() => choose({ bindIpv4: false }), Error, "ms_bind_ipv4 and ms_bind_ipv6 are both false");
});

Deno.test("chooseBindAddress() falls back on what the monitor's HELLO said", () => {
  assertEquals(choose({}, "10.1.2.3"), { listen: "0.0.0.0", announce: "10.1.2.3", port: 0 });
  assertEquals(choose({}), { listen: "0.0.0.0", announce: undefined, port: 0 });
  assertEquals(choose({ bindIpv4: false, bindIpv6: true }, "fd00::2").listen, "::");
  assertEquals(choose({}, "fd00::2").announce, undefined);
});

Deno.test("chooseBindAddress() says in one line what does not fit", () => {
  assertThrows(
    () => choose({ publicNetwork: "172.16.0.0/12" }),
    Error,
    "Cannot choose an address: unable to find any IP address in networks '172.16.0.0/12' interfaces ''",
  );
  assertThrows(
    () => choose({ publicNetwork: "10.1.0.0/33" }),
    Error,
    "Cannot use public_network '10.1.0.0/33'",
  );
  assertThrows(() => choose({ publicAddr: "nosuch" }), Error, "Cannot use public_addr 'nosuch'");
});
