/** What a module's process is given by the manager and the kernel, seen from outside. Run anew with every release of Deno. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { makeModuleCache } from "../../mgr/host/module_cache.ts";
import { NO_GRANTS } from "../../mgr/host/permissions/sandbox_grants.ts";
import { GRANTS_FRONT, writeRecord } from "../../mgr/host/permissions/standing.ts";
import { type SandboxCommand, sandboxCommand } from "../../mgr/host/sandbox.ts";
import { TestHost } from "./test_host.ts";

const ATTACKER = fileURLToPath(import.meta.resolve("./attacker"));
const TARGETS = JSON.stringify({ secret: "/nowhere", port: 1, manager: Deno.pid });

/** Copies of the attacker, by these names; the command of one has its name in front. */
async function withAttackers(
  names: readonly string[],
  run: (host: TestHost, state: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-test-" });
  const [path, state] = [`${directory}/modules`, `${directory}/state`];
  try {
    await Deno.mkdir(state);
    for (const name of names) {
      await Deno.mkdir(`${path}/${name}`, { recursive: true });
      for (const file of ["mod.ts", "attacks.ts", "deno.json"]) {
        const text = await Deno.readTextFile(`${ATTACKER}/${file}`);
        await Deno.writeTextFile(
          `${path}/${name}/${file}`,
          text.replace("  attack: {", `  "${name} attack": {`),
        );
      }
    }
    await using host = await TestHost.start(names, { path, state });
    for (const name of names) await host.state(name, "serving");
    await run(host, state);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function attack(host: TestHost, module: string, name: string): Promise<string> {
  return (await host.command(`${module} attack`, { name, targets: TARGETS })).stdout;
}

const words = (path: string): string[] =>
  Deno.readTextFileSync(path).split("\0").filter((word) => word !== "");

Deno.test("A module's process shows no secret: its environment, arguments and working directory are our own", async () => {
  Deno.env.set("GANGLION_TEST_SECRET", "hush");
  try {
    await withAttackers(["one"], (host) => {
      const proc = `/proc/${host.status("one").pid}`;
      const names = words(`${proc}/environ`).map((line) => line.split("=")[0]!);
      assert(names.includes("DENO_DIR"));
      const ours = ["DENO_DIR", "DENO_NO_UPDATE_CHECK", "NO_COLOR", "TZ"];
      assertEquals(names.filter((name) => !ours.includes(name)), []);
      assert(!words(`${proc}/cmdline`).some((word) => /hush|key/.test(word)));
      assertEquals(Deno.readLinkSync(`${proc}/cwd`), "/");
      return Promise.resolve();
    });
  } finally {
    Deno.env.delete("GANGLION_TEST_SECRET");
  }
});

Deno.test("A module's process has limits of the kernel's: no dumps, files, data; and gains no privileges", async () => {
  await withAttackers(["one"], (host) => {
    const { pid } = host.status("one");
    const limits = Deno.readTextFileSync(`/proc/${pid}/limits`);
    assertMatch(limits, /^Max core file size\s+0\s+0\s/m);
    assertMatch(limits, /^Max open files\s+4096\s+4096\s/m);
    assertMatch(limits, /^Max data size\s+\d+\s+\d+\s/m);
    assertMatch(Deno.readTextFileSync(`/proc/${pid}/status`), /^NoNewPrivs:\s+1$/m);
    return Promise.resolve();
  });
});

Deno.test("A module that was granted one program runs that one, and loads no library", async () => {
  await withAttackers(["one"], async (host) => {
    assertMatch(await attack(host, "one", "a program"), /^denied: NotCapable/);
    for (
      const [program, outcome] of [["/bin/true", /^got: /], ["/bin/false", /^denied: NotCapable/]] as const
    ) {
      const before = host.status("one").pid;
      const granted = [`run ${program}`];
      host.link.store.set(`${GRANTS_FRONT}one`, writeRecord({ granted, decided: granted }));
      host.host.storeChanged([`${GRANTS_FRONT}one`]);
      const anew = ({ pid, state } = host.status("one")): boolean => pid !== before && state === "serving";
      await host.until(() => anew(), `restarted with ${program}`);
      assertMatch(await attack(host, "one", "a program"), outcome);
      assertMatch(await attack(host, "one", "a library"), /^denied: NotCapable/);
      assertMatch(await attack(host, "one", "a signal to the manager"), /^denied: NotCapable/);
    }
  });
});

Deno.test("Two modules share no storage: nothing that one would keep is there for another", async () => {
  await withAttackers(["one", "two"], async (host, state) => {
    for (const module of ["one", "two"]) {
      for (const name of ["localStorage", "caches", "caches of a Worker", "caches of a Worker of node"]) {
        assertMatch(await attack(host, module, name), /^denied: /);
      }
    }
    assertEquals(await Deno.readTextFile(`${state}/deno/location_data`), "");
  });
});

/** The command line of a process whose first code is this one, with a registry of its own. */
async function sandboxed(directory: string, code: string, origin: string): Promise<SandboxCommand> {
  const [runner, importMap] = [`${directory}/runner.ts`, `${directory}/map.json`];
  await Deno.writeTextFile(runner, code);
  await Deno.writeTextFile(importMap, "{}");
  const denoDir = makeModuleCache(`${directory}/deno`, `${directory}/none`);
  return sandboxCommand({
    moduleName: "box",
    directory,
    entry: "mod.ts",
    socket: `${directory}/socket`,
    importMap,
    grants: NO_GRANTS,
    cache: { denoDir, registries: { jsr: `${origin}/jsr/`, npm: `${origin}/npm/` }, jsr: true },
    heapMib: 512,
    memoryMib: 1024,
  }, {
    deno: Deno.execPath(),
    runner,
    sdk: directory,
    setpriv: "/usr/bin/setpriv",
    prlimit: "/usr/bin/prlimit",
    timeZone: undefined,
    environment: {},
  });
}

/** Imports whatever asks a registry or a host. */
const IMPORTS =
  `for (const name of ["npm:leak-is-even", "jsr:@leak/even", "ORIGIN/leak.ts", "https://esm.sh/leak"]) {
  try { await import(name); console.log("got", name); } catch (e) { console.log("denied", name, e.message); }
}`;

/** What the imports come to, and what is asked for meanwhile; the command line has all its flags but this one. */
async function importing(without: string): Promise<{ output: string; asked: string[] }> {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-test-" });
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    asked.push(new URL(url).pathname);
    return new Response(null, { status: 404 });
  });
  const origin = `http://127.0.0.1:${server.addr.port}`;
  try {
    const { command, args, env } = await sandboxed(directory, IMPORTS.replace("ORIGIN", origin), origin);
    const kept = args.filter((arg) => arg !== without);
    const { stdout } = await new Deno.Command(command, { args: kept, env: { ...env }, clearEnv: true })
      .output();
    return { output: new TextDecoder().decode(stdout), asked };
  } finally {
    await server.shutdown();
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("An import asks no registry and no host: npm, JSR, and hosts that Deno trusts by default", async () => {
  const { output, asked } = await importing("");
  assertEquals(output.match(/^denied/gm)?.length, 4, output);
  assertStringIncludes(output, 'Requires import access to "esm.sh:443"');
  assertEquals(asked, []);
  // The same without the flag: that there is something to hear.
  const open = await importing("--cached-only");
  assert(open.asked.some((path) => path.startsWith("/npm/")), open.asked.join());
  assert(open.asked.some((path) => path.startsWith("/jsr/")), open.asked.join());
});

/** Far above what the kernel takes. */
const PATIENCE_MS = 10_000;
const PARENT = `const { command, args, env } = JSON.parse(Deno.args[0]);
await new Deno.Command(command, { args, env, clearEnv: true, stdout: "inherit" }).spawn().status;`;

Deno.test("A module in an endless loop ends with a manager that is killed", async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-test-" });
  try {
    const loop = "console.log(Deno.pid); for (;;);";
    const spec = JSON.stringify(await sandboxed(directory, loop, "http://127.0.0.1:1"));
    const parent = new Deno.Command(Deno.execPath(), {
      args: ["eval", PARENT, spec],
      stdout: "piped",
    }).spawn();
    const reader = parent.stdout.getReader();
    const pid = Number(new TextDecoder().decode((await reader.read()).value));
    assert(pid > 0);
    parent.kill("SIGKILL");
    await parent.status;
    // Its output ends when it has ended: nobody else has it open.
    const late = AbortSignal.timeout(PATIENCE_MS);
    late.onabort = () => Deno.kill(pid, "SIGKILL");
    while (!(await reader.read()).done);
    late.onabort = null;
    assert(!late.aborted);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
