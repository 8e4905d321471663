/** Ways out of a module's process, each tried from inside. Run anew with every release of Deno. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { ATTACKS, FATAL } from "./attacker/attacks.ts";
import { TestHost } from "./test_host.ts";

const ATTACKER = fileURLToPath(import.meta.resolve("./attacker"));

/** A directory with secrets, and beside it the attacker with files that import them. */
async function stage(): Promise<{ directory: string; modules: string; secret: string }> {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-test-" });
  const [modules, secret] = [`${directory}/modules`, `${directory}/secret`];
  await Deno.mkdir(`${modules}/attacker`, { recursive: true });
  await Deno.mkdir(secret);
  for await (const { name } of Deno.readDir(ATTACKER)) {
    await Deno.copyFile(`${ATTACKER}/${name}`, `${modules}/attacker/${name}`);
  }
  const text = `import k from ${JSON.stringify(`${secret}/secret.txt`)} with { type: "text" };\n`;
  await Deno.writeTextFile(`${modules}/attacker/static_text.ts`, `${text}export default k;\n`);
  await Deno.writeTextFile(`${modules}/attacker/worker_text.ts`, `${text}postMessage(k);\n`);
  await Deno.writeTextFile(`${secret}/secret.txt`, "secret");
  await Deno.writeTextFile(`${secret}/secret.json`, '"secret"');
  await Deno.writeTextFile(`${secret}/secret.ts`, 'export const k = "secret";\npostMessage(k);\n');
  return { directory, modules, secret };
}

/** Somebody who listens, and counts who comes. */
function listen(): { port: number; visits: () => number; close: () => void } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let visits = 0;
  (async () => {
    for await (const connection of listener) {
      visits++;
      connection.close();
    }
  })().catch(() => {});
  return { port: listener.addr.port, visits: () => visits, close: () => listener.close() };
}

Deno.test("A module reaches nothing that it was not granted", async (test) => {
  const { directory, modules, secret } = await stage();
  const listener = listen();
  try {
    await using host = await TestHost.start(["attacker"], { path: modules });
    const targets = JSON.stringify({ secret, port: listener.port, manager: Deno.pid });
    const outcomes = await Promise.all(
      Object.keys(ATTACKS).map(async (name) => {
        const { retval, stdout, stderr } = await host.command("attack", { name, targets });
        return [name, retval === 0 ? stdout : `${retval} ${stderr}`] as const;
      }),
    );
    for (const [name, outcome] of outcomes) {
      await test.step(name, () => {
        assert(outcome.startsWith("denied: "), outcome);
        assert(!outcome.includes("hangs"), outcome);
      });
    }
    assertEquals(listener.visits(), 0);
    assertEquals(host.status("attacker").deaths, 0);
    for (const name of Object.keys(FATAL)) {
      const { stderr } = await host.command("attack", { name, targets });
      assertStringIncludes(stderr, "its process ended with exit code 70");
    }
    const left = await Array.fromAsync(Deno.readDir(`${modules}/attacker`));
    assertEquals(left.filter(({ name }) => /new|link/.test(name)), []);
  } finally {
    listener.close();
    await Deno.remove(directory, { recursive: true });
  }
});

/** Sockets and files of a process as the kernel names them. Pipes are left out: those of its output are the manager's too. */
function descriptors(pid: number): string[] {
  const path = `/proc/${pid}/fd`;
  return [...Deno.readDirSync(path)].filter(({ name }) => Number(name) > 2).flatMap(({ name }) => {
    try {
      return [Deno.readLinkSync(`${path}/${name}`)];
    } catch {
      // It was the one that the list was read by.
      return [];
    }
  }).filter((target) => /^socket:|^\//.test(target) && !target.startsWith("/dev/"));
}

Deno.test("A module inherits no socket and no file that the manager has opened", async () => {
  const { directory, modules, secret } = await stage();
  const listener = listen();
  using file = await Deno.open(`${secret}/secret.txt`);
  try {
    await using host = await TestHost.start(["attacker"], { path: modules });
    await host.state("attacker", "serving");
    const own = new Set(descriptors(Deno.pid));
    assert(own.has(`${secret}/secret.txt`), [...own].join(" "));
    assertEquals(descriptors(host.status("attacker").pid!).filter((target) => own.has(target)), []);
    assert((await file.stat()).isFile);
  } finally {
    listener.close();
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("A module's own deno.json decides nothing of its process: no scripts, no flags, no permissions", async () => {
  const { directory, modules } = await stage();
  try {
    const manifest = {
      exports: "./mod.ts",
      nodeModulesDir: "auto",
      allowScripts: ["npm:leak-is-even"],
      imports: { "leak-is-even": "npm:leak-is-even@1" },
      permissions: { default: { read: true, env: true, net: true } },
      unstable: ["kv", "ffi"],
      mgr: {},
    };
    await Deno.writeTextFile(`${modules}/attacker/deno.json`, JSON.stringify(manifest));
    await using host = await TestHost.start(["attacker"], { path: modules });
    const targets = JSON.stringify({ secret: `${directory}/secret`, port: 1, manager: Deno.pid });
    for (const name of ["a file", "the environment", "code of an npm package", "a key-value database"]) {
      const { stdout, stderr } = await host.command("attack", { name, targets });
      assert(
        stdout.startsWith("denied: ") || stderr.includes("exit code 70"),
        `${name}: ${stdout} ${stderr}`,
      );
    }
    const left = (await Array.fromAsync(Deno.readDir(`${modules}/attacker`))).map(({ name }) => name);
    assert(!left.includes("node_modules") && !left.includes("deno.lock"));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
