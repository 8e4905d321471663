/** Ways out of a module's process. Each resolves with what it got, or throws. */

import { createRequire } from "node:module";
import { Socket } from "node:net";
import { Worker as NodeWorker } from "node:worker_threads";

/** What an attacker would like to reach. */
export interface Targets {
  /** A directory with secret.txt, secret.json and secret.ts; the module may not read it. */
  readonly secret: string;
  /** A port of this machine where somebody listens. */
  readonly port: number;
  /** The manager's process. */
  readonly manager: number;
}

type Attack = (targets: Targets) => unknown;

const importing = (path: string, type: string): string =>
  `import k from ${JSON.stringify(`file://${path}`)}${type === "" ? "" : ` with { type: "${type}" }`}; `;
const dataUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
const blobUrl = (code: string): string => URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
const here = (name: string): URL => new URL(name, import.meta.url);

/** What a Worker posts. */
function fromWorker(url: string | URL): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { type: "module" });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      if (String(data).startsWith("threw")) reject(new Error(data));
      else resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      reject(new Error(event.message));
    };
  });
}

/** Runs the code in a Worker, which may answer by `post`. */
const inWorker = (code: string): Promise<unknown> =>
  fromWorker(
    dataUrl(`const post = (x) => postMessage(x); try { ${code} } catch (e) { post("threw " + e); }`),
  );

function fromNodeWorker(code: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new NodeWorker(code, { eval: true });
    worker.on("message", (data: unknown) => {
      void worker.terminate();
      if (String(data).startsWith("threw")) reject(new Error(String(data)));
      else resolve(data);
    });
    worker.on("error", reject);
  });
}

const STORE = "const c = await caches.open('x'); await c.put('http://a.invalid/', new Response('kept')); " +
  "post(await (await c.match('http://a.invalid/')).text());";

/** Files. */
const READING: Readonly<Record<string, Attack>> = {
  "a file": ({ secret }) => Deno.readTextFileSync(`${secret}/secret.txt`),
  "a file by node:fs": async ({ secret }) =>
    (await import("node:fs")).readFileSync(`${secret}/secret.txt`, "utf8"),
  "a file by a path that leads out": ({ secret }) =>
    Deno.readTextFileSync(`${here(".").pathname}../../../../../../../..${secret}/secret.txt`),
  "a file by fetch": async ({ secret }) => await (await fetch(`file://${secret}/secret.txt`)).text(),
  "a file by dynamic import": async ({ secret }) => (await import(`${secret}/secret.ts`)).k,
  "a file by require": ({ secret }) => createRequire(import.meta.url)(`${secret}/secret.json`),
  "a text by a static import": async () => (await import(here("static_text.ts").href)).default,
  "a text by a static import of a data URL": ({ secret }) =>
    import(dataUrl(`${importing(`${secret}/secret.txt`, "text")} export default k;`)),
  "a text by a Worker's static import": () => fromWorker(here("worker_text.ts")),
  "a text by a Worker of a data URL": ({ secret }) =>
    fromWorker(dataUrl(`${importing(`${secret}/secret.txt`, "text")} postMessage(k);`)),
  "a text by a Worker of a blob": ({ secret }) =>
    fromWorker(blobUrl(`${importing(`${secret}/secret.txt`, "text")} postMessage(k);`)),
  "JSON by a Worker": ({ secret }) =>
    fromWorker(dataUrl(`${importing(`${secret}/secret.json`, "json")} postMessage(k);`)),
  "a file as a Worker": ({ secret }) => fromWorker(`file://${secret}/secret.ts`),
  "a file by a Worker of node": ({ secret }) =>
    fromNodeWorker(
      `const { parentPort } = require("node:worker_threads"); try { parentPort.postMessage(require("${secret}/secret.json")); } catch (e) { parentPort.postMessage("threw " + e); }`,
    ),
  "a file by its own import map": () => import("above" as string),
  "a text by its own import map": () => import("outside" as string, { with: { type: "text" } }),
  "a database": async ({ secret }) => new (await import("node:sqlite")).DatabaseSync(`${secret}/new.db`),
  "a list of files": ({ secret }) => [...Deno.readDirSync(secret)],
  "whether a file is there": ({ secret }) => Deno.statSync(`${secret}/secret.txt`).size,
  "/proc": () => Deno.readTextFileSync("/proc/self/environ"),
  "the manager's environment": ({ manager }) => Deno.readTextFileSync(`/proc/${manager}/environ`),
};

/** Whatever lasts. */
const WRITING: Readonly<Record<string, Attack>> = {
  "write a file": ({ secret }) => Deno.writeTextFileSync(`${secret}/new.txt`, "x"),
  "write into its own directory": () => Deno.writeTextFileSync(here("new.txt"), "x"),
  "write where the socket was": () => Deno.writeTextFileSync(Deno.args[0]!, "x"),
  "make a directory where the socket was": () => Deno.mkdirSync(Deno.args[0]!),
  "connect to the socket again": () => Deno.connect({ transport: "unix", path: Deno.args[0]! }),
  "a temporary file": () => Deno.makeTempFileSync(),
  "a symbolic link": ({ secret }) => Deno.symlinkSync(`${secret}/secret.txt`, here("link.txt")),
  "localStorage": () => localStorage.setItem("a", "b"),
  "caches": () => caches.open("x"),
  "caches of a Worker": () => inWorker(STORE),
  "caches of a Worker of node": () =>
    fromNodeWorker(
      `const { parentPort } = require("node:worker_threads"); const post = (x) => parentPort.postMessage(x); (async () => { try { ${STORE} } catch (e) { post("threw " + e); } })();`,
    ),
  "a key-value database": () => Reflect.get(Deno, "openKv").call(Deno),
};

/** Other machines and processes. */
const REACHING: Readonly<Record<string, Attack>> = {
  "a port": ({ port }) => Deno.connect({ hostname: "127.0.0.1", port }),
  "a port by node:net": ({ port }) =>
    new Promise((resolve, reject) => {
      const socket = new Socket();
      socket.on("error", reject);
      socket.connect(port, "127.0.0.1", () => resolve("connected"));
    }),
  "a port by fetch": async ({ port }) => (await fetch(`http://127.0.0.1:${port}/`)).status,
  "a port by WebSocket": ({ port }) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
      socket.onopen = () => resolve("open");
      socket.onerror = (event) => reject(new Error(Reflect.get(event, "message")));
    }),
  "to listen": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  "names of machines": () => Deno.resolveDns("localhost", "A"),
  "code of an npm package": () => import("npm:leak-is-even" as string),
  "code of JSR": () => import("jsr:@std/assert" as string),
  "code of a remote host": ({ port }) => import(`http://127.0.0.1:${port}/leak.ts`),
  "code of a host that Deno trusts": () => import("https://esm.sh/leak" as string),
  "code of a host that Deno trusts by a Worker": () => fromWorker("https://esm.sh/leak"),
  "code of an npm package by a Worker": () =>
    fromWorker(dataUrl("import k from 'npm:leak-is-even'; postMessage(k);")),
  "a program": () => new Deno.Command("/bin/true").outputSync(),
  "a program by node": async () => (await import("node:child_process")).execFileSync("/bin/true").toString(),
  "a library": () => Deno.dlopen("libc.so.6", {}),
  "a signal to the manager": ({ manager }) => Deno.kill(manager, "SIGTERM"),
};

/** What the process is given, and what it may ask for. */
const ASKING: Readonly<Record<string, Attack>> = {
  "the environment": () => Deno.env.toObject(),
  "the environment by node": () => {
    const names = Object.keys(process.env);
    if (names.length === 0) throw new Error("it is empty");
    return names;
  },
  "the machine": () => Deno.hostname(),
  "its addresses": () => Deno.networkInterfaces(),
  "more permissions": async () => {
    const { state } = await Deno.permissions.request({ name: "read" });
    if (state !== "granted") throw new Error(state);
  },
};

/** Ends the process: what is not stable asks for a flag that modules are not given. */
export const FATAL: Readonly<Record<string, Attack>> = {
  "a Worker with more permissions": () => {
    const options = { type: "module", deno: { permissions: { read: true } } } as const;
    return new Worker(dataUrl("postMessage(Deno.permissions.querySync({ name: 'read' }).state)"), options);
  },
};

/** All of them, by what they are after. */
export const ATTACKS: Readonly<Record<string, Attack>> = { ...READING, ...WRITING, ...REACHING, ...ASKING };
