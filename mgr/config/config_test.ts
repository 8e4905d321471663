/** The layers of options against what ceph-mgr 16.2.15 answered (tests/vectors/ceph_conf.json), and their changes. */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import recorded from "../../tests/vectors/ceph_conf.json" with { type: "json" };
import { ArgsError, parseArgs } from "./args.ts";
import { ConfError, parseCephConf } from "./ceph_conf.ts";
import { Config } from "./config.ts";
import { clusterName } from "./find_conf.ts";
import { findOption, optionNames, OPTIONS, recordedOption } from "./options.ts";

interface Answer {
  readonly conf: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly option: string;
  readonly value?: string;
  readonly errorLine?: number;
  readonly failed?: true;
}

const answers = recorded.answers as readonly Answer[];

/** ceph-mgr counts a first line without a section as read. */
const LINE_DIFFERS = "log file = x\n[global]\n";

function configOf({ conf, args = [], env = {} }: Pick<Answer, "conf" | "args" | "env">): Config {
  const invocation = parseArgs(["-c", "/d/ceph.conf", "-i", "x", ...args], env);
  assert(invocation.kind === "run");
  return new Config({
    type: "mgr",
    id: invocation.id,
    cluster: clusterName(invocation.cluster, "/d/ceph.conf"),
    host: "h",
    pid: 1,
    home: "/root",
    file: parseCephConf(conf, "ceph.conf"),
    env: invocation.envOptions,
    cmdline: invocation.options,
    defaults: invocation.defaults,
  });
}

Deno.test("Config answers as ceph-mgr does to every recorded question", () => {
  assert(answers.length >= 40);
  for (const answer of answers) {
    const label = JSON.stringify(answer);
    if (answer.failed) {
      assertThrows(() => configOf(answer), ArgsError);
    } else if (answer.errorLine !== undefined) {
      const error = errorOf(() => configOf(answer));
      assert(error instanceof ConfError, label);
      if (answer.conf !== LINE_DIFFERS) assertEquals(error.line, answer.errorLine, label);
    } else {
      assertEquals(configOf(answer).shown(answer.option).replace(/\n$/, ""), answer.value!, label);
    }
  }
});

function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

Deno.test("OPTIONS has the types, defaults and limits of options.json", () => {
  for (const [name, { doc, ...own }] of Object.entries(OPTIONS as Record<string, { doc: string }>)) {
    const recorded = recordedOption(name);
    assert(recorded, name);
    // Of this one the table has what clients have.
    const text = name === "keyring" ? { default: OPTIONS.keyring.default } : {};
    assertEquals<unknown>(own, { ...recorded, ...text }, name);
    assert(doc.endsWith("."), name);
  }
});

Deno.test("findOption() reads every row of options.json, and each default is a value of its type", () => {
  assert(optionNames().length >= 1808);
  for (const name of optionNames()) {
    assert(configOf({ conf: "" }).any(name) !== undefined, name);
  }
  assertEquals(findOption("toString"), undefined);
});

Deno.test("Config.source() names the highest layer", () => {
  const config = configOf({
    conf: "[mgr]\nmgr stats period = 1\n",
    env: { CEPH_ARGS: "--mgr-stats-period=2" },
  });
  assertEquals([config.get("mgr_stats_period"), config.source("mgr_stats_period")], [2, "env"]);
  assertEquals(config.source("mgr_tick_period"), "default");
});

Deno.test("Config.setMon() tells the names whose effective value changed", () => {
  const config = configOf({ conf: "[mgr]\nmgr stats period = 1\n" });
  const seen: string[][] = [];
  const stop = config.onChange((changed) => void seen.push([...changed]));
  assertEquals(config.get("mgr_tick_period"), 2);
  config.setMon(new Map([["mgr_stats_period", "9"], ["mgr_tick_period", "4"], ["debug_mgr", "7"]]));
  assertEquals(config.get("mgr_tick_period"), 4);
  assertEquals(config.get("mgr_stats_period"), 1);
  config.setMon(new Map([["mgr_stats_period", "9"], ["debug_mgr", "7"]]));
  config.setMon(new Map([["mgr_stats_period", "8"], ["debug_mgr", "7"]]));
  stop();
  config.setMon(new Map());
  assertEquals(seen, [["debug_mgr", "mgr_tick_period"], ["mgr_tick_period"]]);
  assertEquals(config.get("mgr_tick_period"), 2);
});

Deno.test("Config.setMon() ignores what monitors may not set, unknown names and wrong values", () => {
  const config = configOf({ conf: "" });
  const wrong = new Map([["mon_host", "1.2.3.4"], ["nosuch", "1"], ["mgr_stats_period", "x"]]);
  assertEquals(config.setMon(new Map([...wrong, ["mgr/m/o", "1"]])), []);
  assertEquals(config.ignoredMon, wrong);
});

Deno.test("Config.override() is above all layers and refuses wrong values", () => {
  const config = configOf({ conf: "", args: ["--mgr-stats-period=3"] });
  assertEquals(config.override("mgr_stats_period", "4"), ["mgr_stats_period"]);
  assertEquals(config.get("mgr_stats_period"), 4);
  assertThrows(
    () => config.override("mgr_stats_period", "x"),
    Error,
    "Cannot set option mgr_stats_period: 'x'",
  );
  config.override("mgr_stats_period", undefined);
  assertEquals(config.get("mgr_stats_period"), 3);
});

Deno.test("Config.modified() lists every layer that sets an option, without fsid and host", () => {
  const config = configOf({ conf: "[global]\nfsid = 7b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b\nkeyring = /f\n" });
  config.setMon(new Map([["mgr_stats_period", "9"]]));
  assertEquals(
    config.modified(),
    new Map([
      ["mgr_stats_period", new Map([[0, "5"], [1, "9"]])],
      ["keyring", new Map([[0, "$mgr_data/keyring"], [2, "/f"]])],
    ]),
  );
});

Deno.test("Config.problems names option, layer and reason of what it could not use", () => {
  const config = configOf({ conf: "[global]\nmgr stats period = x\n", args: ["--mgr-tick-period=1M"] });
  assertEquals(config.problems.length, 2);
  assertStringIncludes(
    config.problems[0]!,
    "Cannot use option mgr_stats_period (file): 'x' is no whole number",
  );
});

Deno.test("Config shows the key of the manager to nobody but who asks for its text", () => {
  const config = configOf({ conf: "[mgr]\nkey = AQsecret==\n" });
  assertEquals([config.any("key"), config.shown("key"), config.text("key")], ["", "", "AQsecret=="]);
});

Deno.test("parseCephConf() does not show a key that is written wrongly", () => {
  assertThrows(() => parseCephConf("[mgr]\n key AQsecret\n", "f"), Error, "f:2: 'key ..' is neither");
});

Deno.test("Config.expand() leaves loops as they are written", () => {
  const config = configOf({ conf: "[mgr]\nmgr data = $keyring\nkeyring = $mgr_data/k\n" });
  assertEquals(config.get("keyring"), "$keyring/k");
});
