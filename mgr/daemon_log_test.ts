/** The log's file as options say, while they change. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { getLogger } from "@logtape/logtape";
import { Config } from "./config/config.ts";
import { DaemonLog } from "./daemon_log.ts";

function configOf(logFile: string): Config {
  const identity = { type: "mgr", id: "x", cluster: "ceph", host: "h", pid: 1, home: "/root" };
  return new Config({ ...identity, defaults: new Map([["log_file", logFile], ["err_to_stderr", "false"]]) });
}

const say = (text: string): void => getLogger(["ganglion", "test"]).error(text);

Deno.test("DaemonLog follows log_file and log_to_file, and stays where it is when it cannot", async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-" });
  const config = configOf(`${directory}/one.log`);
  const complaints: string[] = [];
  {
    using log = new DaemonLog(config, false, (text) => void complaints.push(text));
    say("first");
    config.override("log_file", `${directory}/two.log`);
    say("second");
    config.override("log_file", `${directory}/nowhere/three.log`);
    assertEquals(log.path, `${directory}/two.log`);
    config.override("log_file", undefined);
    config.override("log_to_file", "false");
    assertEquals(log.path, undefined);
    config.override("log_to_file", undefined);
    say("third");
  }
  const [one, two] = await Promise.all(
    ["one", "two"].map((name) => Deno.readTextFile(`${directory}/${name}.log`)),
  );
  assertEquals(linesOf(one), ["first", "third"]);
  assertStringIncludes(two!, "nowhere/three.log: ");
  assertEquals(complaints, []);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("DaemonLog tells where it logs when there is no file to begin with", () => {
  const complaints: string[] = [];
  using log = new DaemonLog(configOf("/nowhere/at/all.log"), false, (text) => void complaints.push(text));
  assertEquals([log.path, complaints.length], [undefined, 1]);
  assertStringIncludes(complaints[0]!, "Logging to stderr");
});

const linesOf = (text: string | undefined): string[] =>
  (text ?? "").split("\n").filter((line) => line !== "").map((line) => line.split(" ").at(-1)!);
