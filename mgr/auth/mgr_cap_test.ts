/** Manager caps against what a real monitor parses and a real ceph-mgr allows. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { specFixtures, specVectors } from "../../tests/spec_vectors.ts";
import { CapParseError, type CapRequest, MgrCap } from "./mgr_cap.ts";
import { isInsideNetwork } from "./network.ts";
import { fullMatch } from "./posix_regex.ts";

const request = (r: Partial<CapRequest>): CapRequest => ({
  service: "",
  module: "",
  command: "",
  args: new Map(),
  perm: "r",
  ...r,
});

interface VectorCommand {
  service: string;
  module: string;
  command: string;
  args: Record<string, string>;
  read: boolean;
  write: boolean;
  exec: boolean;
}
interface CapVectors {
  commands: VectorCommand[];
  cases: { name: string; caps: string; valid: boolean; allowed: boolean[] }[];
}

const vectors = specVectors<CapVectors>("mgrcap");
for (const c of vectors?.cases ?? []) {
  Deno.test(`MgrCap agrees with ceph-mgr on ${c.name}: ${JSON.stringify(c.caps)}`, () => {
    if (!c.valid) return assertThrows(() => MgrCap.parse(c.caps), CapParseError);
    const cap = MgrCap.parse(c.caps);
    // The recording ceph-mgr had a blank peer address: networks match nothing.
    const answers = vectors!.commands.map((v) =>
      cap.isCapable(request({
        service: v.service,
        module: v.module,
        command: v.command,
        args: new Map(Object.entries(v.args)),
        perm: `${v.read ? "r" : ""}${v.write ? "w" : ""}${v.exec ? "x" : ""}`,
      }))
    );
    assertEquals(answers, c.allowed);
  });
}

/** Service, module and letters of the commands that the fixtures tried. */
const TRIED: Record<string, [service: string, module: string, perm: string]> = {
  "pg stat": ["pg", "", "r"],
  "pg scrub": ["pg", "", "rw"],
  "osd df": ["osd", "", "r"],
  "device ls": ["mgr", "", "r"],
  "service dump": ["service", "", "r"],
  "config show": ["mgr", "", "r"],
  "balancer status": ["py", "balancer", "r"],
  "balancer on": ["py", "balancer", "rw"],
  "rbd perf image stats": ["py", "rbd_support", "r"],
  "crash ls": ["py", "crash", "r"],
  "crash post": ["py", "crash", "rw"],
  nosuch: ["py", "", ""],
};

interface CapFixture {
  caps: string;
  valid: boolean;
  error?: string;
  results?: Record<string, number>;
}
const fixtures = specFixtures<{ caps: { cases: CapFixture[] } }>("daemon_sessions")?.caps.cases ?? [];
for (const c of fixtures) {
  Deno.test(`MgrCap answers like ceph-mgr for the caps ${JSON.stringify(c.caps)}`, () => {
    if (!c.valid) return assertThrows(() => MgrCap.parse(c.caps), CapParseError, c.error);
    const cap = MgrCap.parse(c.caps);
    for (const [text, result] of Object.entries(c.results ?? {})) {
      const tell = text.startsWith("tell ");
      // 16.2 forgets the network of `allow * network N` for tell; we do not.
      if (tell && c.caps.includes("network")) continue;
      assertEquals(tell ? cap.isAllowAll() : asCommand(cap, text), result !== -13, text);
    }
  });
}

function asCommand(cap: MgrCap, text: string): boolean {
  const { prefix, ...rest } = JSON.parse(text) as Record<string, string>;
  const [service, module, perm] = TRIED[prefix!]!;
  const args = new Map(Object.entries(rest));
  const dispatched = cap.isCapable(request({ service, module, command: prefix!, args, perm }));
  if (module !== "rbd_support") return dispatched;
  // The module then asks for itself, with what it made of its arguments.
  const own = new Map([["pool", rest.pool_spec!]]);
  return dispatched && cap.isCapable(request({ service, module, args: own, perm }));
}

Deno.test("MgrCap.parse() says where it stopped", () => {
  assertThrows(() => MgrCap.parse(""), CapParseError, "mgr capability parse failed, stopped at end of ''");
  const wrong = "allow r, nonsense";
  assertThrows(
    () => MgrCap.parse(wrong),
    CapParseError,
    "mgr capability parse failed, stopped at ', nonsense' of 'allow r, nonsense'",
  );
  assert(!MgrCap.parseOrNone(wrong).isCapable(request({ perm: "" })));
});

Deno.test("MgrCap looks at the peer's real address", () => {
  const cap = MgrCap.parse("allow * network 10.0.0.0/8, allow r network fd00::/16");
  assert(cap.isCapable(request({ perm: "rwx", peerIp: "10.1.2.3" })));
  assert(cap.isAllowAll("10.1.2.3"));
  assert(!cap.isAllowAll("127.0.0.1"));
  assert(!cap.isAllowAll());
  assert(cap.isCapable(request({ peerIp: "fd00::1" })));
  assert(!cap.isCapable(request({ perm: "w", peerIp: "fd00::1" })));
});

Deno.test("MgrCap tests a module's constraints only when the module asks for itself", () => {
  const cap = MgrCap.parse("profile rbd pool=p1");
  const ask = (command: string, pool: string): boolean =>
    cap.isCapable(request({ module: "rbd_support", command, args: new Map([["pool", pool]]), perm: "rw" }));
  assertEquals([ask("rbd x", "p2"), ask("", "p1"), ask("", "p2")], [true, true, false]);
});

Deno.test("MgrCap adds up the bits of its grants", () => {
  const cap = MgrCap.parse("allow r, allow module m w");
  assert(cap.isCapable(request({ module: "m", command: "m x", perm: "rw" })));
  assert(!cap.isCapable(request({ module: "n", command: "n x", perm: "rw" })));
  assert(MgrCap.all.isAllowAll());
  assert(!MgrCap.parse("allow rwx").isAllowAll());
});

Deno.test("MgrCap.parse() answers any text with grants or a CapParseError, quickly", () => {
  const words = ["allow", "profile", "module", "command", "service", "with", "network", "r", "rw", "*", "="];
  const noise = fc.array(fc.oneof(fc.constantFrom(...words, " ", ",", '"', "'", "x"), fc.string()));
  fc.assert(fc.property(noise, (parts) => {
    const text = parts.join(" ");
    try {
      MgrCap.parse(text).isCapable(request({}));
    } catch (e) {
      assert(e instanceof CapParseError, String(e));
    }
  }));
});

Deno.test("isInsideNetwork() takes v4 and v6, and nothing that is no network", () => {
  assert(isInsideNetwork("127.0.0.1", "127.0.0.0/8"));
  assert(isInsideNetwork("1.2.3.4", "0.0.0.0/0"));
  assert(isInsideNetwork("fd00::1", "fd00::/64"));
  for (
    const [ip, network] of [
      ["127.0.0.1", "127.0.0.1"],
      ["127.0.0.1", "10.0.0.0/8"],
      ["127.0.0.1", "127.0.0.0/33"],
      ["127.0.0.1", "::/0"],
      ["", "0.0.0.0/0"],
      ["fd00::1", "zz::/8"],
    ] as const
  ) assert(!isInsideNetwork(ip, network), `${ip} ${network}`);
});

Deno.test("fullMatch() matches POSIX patterns over the whole text", () => {
  for (
    const [pattern, text, result] of [
      ["no.e", "none", true],
      ["no", "none", false],
      ["a|b", "b", true],
      ["[[:digit:]]+", "123", true],
      ["[[:alpha:]_]+", "a1", false],
      ["[]]", "]", true],
      ["[\\d]", "d", true],
      ["[\\d]", "1", false],
      ["osd\\..*", "osd.1", true],
      ["[", "[", false],
      ["(", "(", false],
      ["(?:a)", "a", false],
    ] as const
  ) assertEquals(fullMatch(pattern, text), result, `${pattern} ${text}`);
});
