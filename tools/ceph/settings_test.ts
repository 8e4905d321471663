/** Which configuration a client takes. */

import { assertEquals, assertThrows } from "@std/assert";
import { CliError } from "./cli_error.ts";
import { readSettings, takeOptions } from "./settings.ts";

const NO_ENV = { env: () => undefined };

Deno.test("takeOptions() takes options of Ceph and leaves the words of the command", () => {
  const { options, words } = takeOptions(
    [
      "osd",
      "-m",
      "h",
      "--keyring=k",
      "pool",
      "--size",
      "3",
      "--debug-ms",
      "1",
      "--no-log-to-file",
      "--",
      "-k",
      "x",
    ],
  );
  assertEquals([...options], [["mon_host", "h"], ["keyring", "k"], ["debug_ms", "1"], [
    "log_to_file",
    "false",
  ]]);
  assertEquals(words, ["osd", "pool", "--size", "3", "--", "-k", "x"]);
});

Deno.test("takeOptions() leaves what is for a daemon", () => {
  assertEquals(takeOptions(["tell", "osd.0", "injectargs", "--debug-osd", "1"]).words.length, 5);
});

Deno.test("takeOptions() wants a value", () => {
  assertThrows(() => takeOptions(["fsid", "--keyring"]), CliError, "Option --keyring requires an argument.");
});

Deno.test("readSettings() finds ceph.conf, who we are, and the client's keyrings", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const conf = `${directory}/west.conf`;
    await Deno.writeTextFile(conf, "[global]\nmon host = a\n[client.x]\nmon host = b\n");
    const { config, entity } = readSettings({ conf, id: "x" }, [], NO_ENV);
    assertEquals([entity.id, config.text("mon_host")], ["x", "b"]);
    assertEquals(config.text("keyring").split(",")[0], "/etc/ceph/west.client.x.keyring");
    const named = readSettings({ name: "mgr.y" }, [], {
      env: (name) => name === "CEPH_CONF" ? conf : undefined,
    });
    assertEquals([named.config.text("mon_host"), named.config.identity.type], ["a", "mgr"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("readSettings() says what is wrong, and where it looked", () => {
  const start = "Error initializing cluster client: ";
  assertThrows(
    () => readSettings({ conf: "/no/such.conf" }, [], NO_ENV),
    CliError,
    `${start}there is no /no/such.conf.\nName a ceph.conf with -c`,
  );
  assertThrows(() => readSettings({ name: "foo" }, [], NO_ENV), CliError, `${start}'foo' is no name`);
  assertThrows(
    () => readSettings({ needed: false }, ["--debug-ms", "x"], NO_ENV),
    CliError,
    `${start}Cannot use option debug_ms`,
  );
});
