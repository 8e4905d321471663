/** The command line of ceph-mgr; the values that follow from it are in config_test.ts. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { ArgsError, parseArgs, type RunInvocation } from "./args.ts";

function run(line: string, env: Record<string, string> = {}): RunInvocation {
  const invocation = parseArgs(line.split(" ").filter((word) => word !== ""), env);
  assert(invocation.kind === "run");
  return invocation;
}

Deno.test("parseArgs() reads the line of the stock unit", () => {
  const invocation = run("-f --cluster ceph --id x --setuser ceph --setgroup ceph");
  const { id, idGiven, cluster, setuser, setgroup, foreground, logToStderr, warnings } = invocation;
  assertEquals(
    { id, idGiven, cluster, setuser, setgroup, foreground, logToStderr, warnings },
    {
      id: "x",
      idGiven: true,
      cluster: "ceph",
      setuser: "ceph",
      setgroup: "ceph",
      foreground: true,
      logToStderr: false,
      warnings: [],
    },
  );
});

Deno.test("parseArgs() takes - and _ as the same in flags and options", () => {
  assertEquals(run("--mgr-data /a").options, run("--mgr_data=/a").options);
  assertEquals(run("--show_config_value mgr-data").showValue, "mgr_data");
});

Deno.test("parseArgs() gives -h and -v without looking at the rest", () => {
  assertEquals(parseArgs(["-i", "x", "--help"], {}), { kind: "help" });
  assertEquals(parseArgs(["-v"], {}), { kind: "version" });
  assertEquals(parseArgs(["--version"], {}), { kind: "version" });
});

Deno.test("parseArgs() warns of each word that it does not know, in one line", () => {
  assertEquals(run("-i x --nosuch=3 junk -z").warnings, [
    "Cannot use flag --nosuch: there is no such flag or option (ignored)",
    "Cannot use argument 'junk': flags only (ignored)",
    "Cannot use flag -z: there is no such flag or option (ignored)",
  ]);
});

Deno.test("parseArgs() refuses a flag without its value and the name of another daemon", () => {
  assertThrows(() => run("-i"), ArgsError, "Option -i requires an argument.");
  assertThrows(() => run("--keyring"), ArgsError, "Option --keyring requires an argument.");
  assertThrows(() => run("-n osd.1"), ArgsError, "Cannot use name 'osd.1': expected mgr.ID");
});

Deno.test("parseArgs() prefers the command line to CEPH_ARGS", () => {
  const env = { CEPH_ARGS: " --id env  -c /env.conf", CEPH_KEYRING: "/env" };
  assertEquals([run("", env).id, run("", env).conf], ["env", "/env.conf"]);
  assertEquals([run("-i line", env).id, run("-c /line.conf", env).conf], ["line", "/line.conf"]);
  assertEquals(run("", env).envOptions, new Map([["keyring", "/env"]]));
});

Deno.test("parseArgs() without an id runs as admin and says so", () => {
  const { id, idGiven } = run("");
  assertEquals({ id, idGiven }, { id: "admin", idGiven: false });
});
