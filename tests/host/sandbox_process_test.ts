/** What a module's process is given by the manager and the kernel, seen from outside. Run anew with every release of Deno. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { makeModuleCache } from "../../mgr/host/module_cache.ts";
import { NO_GRANTS } from "../../mgr/host/permissions/sandbox_grants.ts";
import { GRANTS_FRONT, writeRecord } from "../../mgr/host/permissions/standing.ts";
import { type SandboxCommand, sandboxCommand } from "../../mgr/host/sandbox.ts";
import { FakeRegistries, tarball } from "../fakes/fake_registries.ts";
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

type Registries = Pick<FakeRegistries, "jsr" | "npm">;

/** The command line of a process whose first code is this one, with a registry of its own. */
async function sandboxed(directory: string, code: string, { jsr, npm }: Registries): Promise<SandboxCommand> {
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
    cache: { denoDir, registries: { jsr, npm }, jsr: true },
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

/** Runs code in a sandbox that has all its flags but one; resolves with what it printed. */
async function outputOf(
  directory: string,
  code: string,
  registries: Registries,
  without: string,
): Promise<string> {
  const { command, args, env } = await sandboxed(directory, code, registries);
  const kept = args.filter((arg) => arg !== without);
  const { stdout } = await new Deno.Command(command, { args: kept, env: { ...env }, clearEnv: true })
    .output();
  return new TextDecoder().decode(stdout);
}

/** What the imports come to, and what is asked for meanwhile. */
async function importing(without: string): Promise<{ output: string; asked: readonly string[] }> {
  await using registries = new FakeRegistries();
  const directory = await Deno.makeTempDir({ prefix: "ganglion-test-" });
  try {
    const code = IMPORTS.replace("ORIGIN/", registries.jsr);
    return { output: await outputOf(directory, code, registries, without), asked: registries.asked };
  } finally {
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
  assert(open.asked.includes("/npm/leak-is-even") && open.asked.includes("/@leak/even/meta.json"));
});

/** A package whose script leaves a file. */
function publishScript(registries: FakeRegistries, mark: string): void {
  const scripts = { postinstall: `touch ${mark}` };
  const manifest = { name: "hinge", version: "1.0.0", main: "index.js", scripts };
  const entries = [
    { path: "package/package.json", text: JSON.stringify(manifest) },
    { path: "package/index.js", text: "module.exports = 'hinge';\n" },
  ];
  registries.publishNpm("hinge", "1.0.0", tarball(entries), { hasInstallScript: true, scripts });
}

Deno.test("No script of a package runs, whatever the module's deno.json allows; Deno alone would run it", async () => {
  await using registries = new FakeRegistries();
  const directory = await Deno.makeTempDir({ prefix: "ganglion-test-" });
  const mark = `${directory}/mark`;
  const marked = (): boolean => [...Deno.readDirSync(directory)].some(({ name }) => name === "mark");
  try {
    publishScript(registries, mark);
    const manifest = {
      nodeModulesDir: "auto",
      allowScripts: ["npm:hinge"],
      imports: { hinge: "npm:hinge@1" },
    };
    await Deno.writeTextFile(`${directory}/deno.json`, JSON.stringify(manifest));
    const code = 'console.log((await import("npm:hinge@1")).default);';
    assertEquals(await outputOf(directory, code, registries, "--cached-only"), "hinge\n");
    assert(!marked());
    await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", `${directory}/runner.ts`],
      env: { NPM_CONFIG_REGISTRY: registries.npm, DENO_DIR: `${directory}/other` },
      stdout: "null",
      stderr: "null",
    }).output();
    assert(marked());
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

/** Far above what the kernel takes. */
const PATIENCE_MS = 10_000;
const NOWHERE = { jsr: "http://127.0.0.1:1/", npm: "http://127.0.0.1:1/npm/" };
const PARENT = `const { command, args, env } = JSON.parse(Deno.args[0]);
await new Deno.Command(command, { args, env, clearEnv: true, stdout: "inherit" }).spawn().status;`;

Deno.test("A module in an endless loop ends with a manager that is killed", async () => {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-test-" });
  try {
    const loop = "console.log(Deno.pid); for (;;);";
    const spec = JSON.stringify(await sandboxed(directory, loop, NOWHERE));
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
