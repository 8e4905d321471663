/** The command line of a module's process. What it keeps out is tried in tests/host/sandbox_test.ts. */

import { assert, assertEquals } from "@std/assert";
import { NO_GRANTS } from "./permissions/sandbox_grants.ts";
import {
  importsJsr,
  type SandboxCache,
  sandboxCommand,
  sandboxImportMap,
  type SandboxPlace,
} from "./sandbox.ts";

const SPEC = {
  moduleName: "my_box",
  directory: "/srv/modules/my_box",
  entry: "mod.ts",
  socket: "/run/x/my_box-1",
  importMap: "/run/x/my_box.json",
  grants: NO_GRANTS,
  cache: { denoDir: "/var/cache/deno", registries: undefined, jsr: false },
  heapMib: 512,
  memoryMib: 1024,
};
const PLACE: SandboxPlace = {
  deno: "/usr/bin/deno",
  runner: "/opt/mgr/host/runner/main.ts",
  sdk: "/opt/sdk",
  setpriv: undefined,
  prlimit: undefined,
  timeZone: undefined,
  environment: { HTTP_PROXY: "http://proxy:3128", SECRET: "s" },
};

Deno.test("sandboxCommand() runs the runner with the module's path last", () => {
  const { command, args } = sandboxCommand(SPEC, PLACE);
  assertEquals(command, "/usr/bin/deno");
  assertEquals(args.slice(-3), [PLACE.runner, SPEC.socket, "/srv/modules/my_box/mod.ts"]);
  assertEquals(args[0], "run");
});

Deno.test("sandboxCommand() lets through what is granted, and of the environment what is named", () => {
  const grants = {
    ...NO_GRANTS,
    net: ["127.0.0.1:9283", "[::1]:80"],
    read: ["/etc/ssl"],
    write: ["/srv/out"],
    env: ["HTTP_PROXY", "NONE"],
    sys: ["hostname"],
  };
  const { args, env } = sandboxCommand({ ...SPEC, grants }, PLACE);
  assertEquals(args.filter((arg) => arg.startsWith("--allow")).slice(1), [
    "--allow-net=unix:/run/x/my_box-1,127.0.0.1:9283,[::1]:80",
    "--allow-read=/run/x/my_box-1,/srv/modules/my_box,/opt/sdk,/etc/ssl",
    "--allow-write=/run/x/my_box-1,/srv/out",
    "--allow-env=HTTP_PROXY,NONE",
    "--allow-sys=hostname",
  ]);
  assertEquals(env, {
    DENO_DIR: "/var/cache/deno",
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
    HTTP_PROXY: "http://proxy:3128",
  });
});

Deno.test("sandboxCommand() grants one socket, one directory and the SDK, and nothing else", () => {
  const { args } = sandboxCommand(SPEC, PLACE);
  assertEquals(args.filter((arg) => arg.startsWith("--allow")), [
    "--allow-import=deny.invalid",
    "--allow-net=unix:/run/x/my_box-1",
    "--allow-read=/run/x/my_box-1,/srv/modules/my_box,/opt/sdk",
    "--allow-write=/run/x/my_box-1",
  ]);
  for (
    const flag of ["--no-prompt", "--cached-only", "--no-lock", "--no-config", "--node-modules-dir=none"]
  ) {
    assert(args.includes(flag), flag);
  }
});

Deno.test("sandboxCommand() puts the programs in front that limit the process", () => {
  const { command, args } = sandboxCommand(SPEC, {
    ...PLACE,
    setpriv: "/usr/bin/setpriv",
    prlimit: "/usr/bin/prlimit",
  });
  assertEquals(command, "/usr/bin/setpriv");
  const mib = 1024 + 3 * 560;
  assertEquals(args.slice(0, 7), [
    "--pdeathsig=KILL",
    "--no-new-privs",
    "/usr/bin/prlimit",
    "--core=0",
    "--nofile=4096",
    `--data=${mib * 1024 * 1024}`,
    "/usr/bin/deno",
  ]);
});

Deno.test("sandboxCommand() gives an environment of its own, the time zone alone is the manager's", () => {
  assertEquals(Object.keys(sandboxCommand(SPEC, PLACE).env), [
    "DENO_DIR",
    "DENO_NO_UPDATE_CHECK",
    "NO_COLOR",
  ]);
  assertEquals(sandboxCommand(SPEC, { ...PLACE, timeZone: "Europe/Rome" }).env.TZ, "Europe/Rome");
});

Deno.test("sandboxImportMap() keeps names of packages apart, makes relative ones absolute, and has its own SDK", () => {
  const imports = { "@ganglion/sdk": "jsr:@ganglion/sdk@^9", "chalk": "npm:chalk@5", "lib/": "./lib/" };
  const own = { "@ganglion/sdk": "file:///opt/sdk/mod.ts" };
  assertEquals(JSON.parse(sandboxImportMap("/srv/a box", imports, own)), {
    imports: own,
    scopes: {
      "file:///srv/a%20box/": {
        "@ganglion/sdk": "file:///opt/sdk/mod.ts",
        "chalk": "npm:chalk@5",
        "jsr:@ganglion/sdk@^9": "file:///opt/sdk/mod.ts",
        "lib/": "file:///srv/a%20box/lib/",
      },
    },
  });
});

Deno.test("sandboxCommand() imports from JSR what is in the cache, and from no other host", () => {
  const importsOf = (cache: SandboxCache) => {
    const { args, env } = sandboxCommand({ ...SPEC, cache }, PLACE);
    return [args.find((arg) => arg.startsWith("--allow-import")), env.JSR_URL, env.NPM_CONFIG_REGISTRY];
  };
  const denoDir = "/var/cache/box";
  assertEquals(importsOf({ denoDir, registries: undefined, jsr: true }), [
    "--allow-import=jsr.io",
    undefined,
    undefined,
  ]);
  const registries = { jsr: "http://127.0.0.1:4873/", npm: "http://127.0.0.1:4874/" };
  assertEquals(importsOf({ denoDir, registries, jsr: true }), [
    "--allow-import=127.0.0.1:4873",
    registries.jsr,
    registries.npm,
  ]);
});

Deno.test("sandboxImportMap() knows the SDK by the name that it is published under", () => {
  const own = { "@ganglion/sdk": "file:///sdk/mod.ts", "@ganglion/sdk/more": "file:///sdk/more.ts" };
  const imports = { "@ganglion/sdk": "jsr:@ganglion/sdk@^0.1.0" };
  const { scopes } = JSON.parse(sandboxImportMap("/m/box", imports, own));
  assertEquals(scopes["file:///m/box/"], {
    ...own,
    "jsr:@ganglion/sdk@^0.1.0": own["@ganglion/sdk"],
    "jsr:@ganglion/sdk@^0.1.0/more": own["@ganglion/sdk/more"],
  });
  assertEquals([importsJsr(imports, own), importsJsr({ lid: "jsr:@s/lid@1" }, own)], [false, true]);
});
