/** Hostile modules, each contained, with a neighbour who goes on answering meanwhile. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { DEEDS } from "./hostile/deeds.ts";
import { TestHost } from "./test_host.ts";

const HOSTILE = fileURLToPath(import.meta.resolve("./hostile"));
/** Far above what an answer takes beside any of them, for a machine with other work. */
const MEDIAN_MS = 250;
const ANSWERS = 15;

/** How far each came: its own words, or what is said of its end. Of those that are missing nothing is ever heard. */
const OUTCOMES: Readonly<Record<string, RegExp>> = {
  ignores_shutdown: /^waits$/,
  fills_heap: /its process ended with/,
  fills_buffers: /limit_memory allows 256|Array buffer allocation failed|its process ended with/,
  opens_sockets: /^0$/,
  floods_log: /^logged$/,
  floods_calls: /^0$/,
  floods_store: /^denied: RangeError .*limit_store allows 1048576/,
  floods_health: /^denied: RangeError .*limit_health_checks allows 100/,
  writes_garbage: /^denied: /,
  forges_identity: /^1$/,
  reads_keyring: /^denied: NotCapable/,
  reads_environment: /^denied: NotCapable/,
  reads_proc: /^denied: NotCapable/,
  reads_others: /^denied: NotCapable/,
  imports_network: /^denied: /,
};

/** Permissions that some have all the same, to go beyond them. */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  floods_health: ["health"],
  forges_identity: ["cluster_log"],
  evades: [
    "command mon osd pool set with pool prefix test- var=size",
    "command mon config-key set",
    "command mon config-key put",
    "command mon config set",
    "command mon auth get",
    "command mon module permissions grant",
    "command mon mgr module disable",
    "command mgr *",
  ],
};

async function stage(names: readonly string[]): Promise<string> {
  const path = await Deno.makeTempDir({ prefix: "ganglion-test-" });
  for (const name of names) {
    await Deno.mkdir(`${path}/${name}`);
    for (const file of ["mod.ts", "deeds.ts"]) {
      await Deno.copyFile(`${HOSTILE}/${file}`, `${path}/${name}/${file}`);
    }
    const manifest = { exports: "./mod.ts", mgr: { permissions: PERMISSIONS[name] ?? [] } };
    await Deno.writeTextFile(`${path}/${name}/deno.json`, JSON.stringify(manifest));
  }
  return path;
}

async function withHostile(
  name: string,
  run: (host: TestHost, path: string) => Promise<void>,
): Promise<void> {
  const names = [name, "neighbour"];
  const path = await stage(names);
  try {
    await using host = await TestHost.start(names, { path, asleep: true });
    host.link.options.set("mgr/fills_heap/limit_heap", "64M");
    host.link.options.set("mgr/fills_buffers/limit_memory", "256M");
    host.link.options.set("mgr/floods_store/limit_store", "1M");
    host.host.configChanged();
    host.host.setEnabled(new Set(names));
    host.host.begin(1);
    await host.state("neighbour", "serving");
    await run(host, path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

/** Milliseconds that the neighbour takes to answer, in the middle of some. */
async function medianOfNeighbour(host: TestHost): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < ANSWERS; i++) {
    const started = performance.now();
    assertEquals((await host.command("neighbour answer")).stdout, "here");
    took.push(performance.now() - started);
  }
  return took.sort((a, b) => a - b)[Math.floor(ANSWERS / 2)]!;
}

for (const name of Object.keys(DEEDS).filter((one) => !["neighbour", "evades"].includes(one))) {
  Deno.test(`A module that ${name.replaceAll("_", " ")} is contained, and its neighbour does not notice`, async () => {
    await withHostile(name, async (host, path) => {
      const before = host.status("neighbour").pid;
      const target = name === "reads_keyring" ? `${path}/neighbour/deno.json` : "1";
      const going = host.command(`${name} go`, { target });
      const median = await medianOfNeighbour(host);
      assert(median < MEDIAN_MS, `${median} ms for an answer of the neighbour`);
      if (name in OUTCOMES) {
        const { stdout, stderr } = await going;
        assertMatch(stdout || stderr, OUTCOMES[name]!);
      }
      assertEquals(host.status("neighbour").pid, before);
      const front = `mgr/${name}/`;
      const keys = [...host.link.store.keys(), ...host.link.options.keys()];
      assertEquals(
        keys.filter((key) => !key.startsWith(front) && !/^mgr\/(\.permissions|fills|floods)/.test(key)),
        [],
      );
    });
  });
}

Deno.test("A module that links out is not started", async () => {
  const path = await stage(["links_out"]);
  try {
    await Deno.symlink("/etc/hostname", `${path}/links_out/link.txt`);
    await using host = await TestHost.start(["links_out"], { path });
    assertStringIncludes(host.host.infos()[0]!.errorString, "link.txt is a symbolic link");
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});

Deno.test("A module that evades its permissions sends what they allow, and nothing else", async () => {
  await withHostile("evades", async (host) => {
    const sent: unknown[] = [];
    host.link.answerCommand = (target, _id, command) => {
      sent.push([target, command.prefix, command.pool ?? command.key]);
      return Promise.resolve({ retval: 0, stdout: new Uint8Array(), stderr: "" });
    };
    const { stdout } = await host.command("evades go", { target: "1" });
    assertEquals(sent, [["mon", "osd pool set", "test-1"], ["mon", "config-key set", "elsewhere"]]);
    const set = "command mon osd pool set";
    assertEquals(JSON.parse(stdout), [
      "sent",
      ...[set, set, set, set],
      ...["refused", "refused", "refused", "refused"],
      "command mon OSD POOL SET",
      "command mon osd pool",
      "command mon osd pool delete",
      ...["admin", "admin", "admin", "admin"],
      "sent",
      ...["admin", "admin", "admin", "admin", "admin"],
      "command osd osd pool set",
    ]);
  });
});
