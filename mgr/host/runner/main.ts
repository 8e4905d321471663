/** The first code of a module's process: ours. Takes the socket, closes what a module must not reach, and serves the host. */

import { pathToFileURL } from "node:url";
import { readError } from "../call_errors.ts";
import { type HostSide, MAX_HOST_ENVELOPE_BYTES, MAX_MODULE_ENVELOPE_BYTES } from "../contract.ts";
import { RpcPeer } from "../rpc.ts";
import { takeConsole } from "./console.ts";
import { type CallHost, logTo } from "./host_calls.ts";
import { ModuleRunner } from "./module_runner.ts";

/** Storage that needs no permission and is shared by all modules of this machine. */
const SHARED_STORAGE = ["localStorage", "sessionStorage", "caches"];

/** Ctrl-C in a terminal reaches the whole group of processes: the manager alone decides how its modules end. */
const LEFT_TO_THE_MANAGER = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function main([socket, entry]: readonly string[]): Promise<void> {
  if (socket === undefined || entry === undefined) {
    throw new Error("Cannot run: the manager starts this program");
  }
  for (const signal of LEFT_TO_THE_MANAGER) Deno.addSignalListener(signal, () => {});
  for (const name of SHARED_STORAGE) Reflect.deleteProperty(globalThis, name);
  const connection = await Deno.connect({ transport: "unix", path: socket });
  giveUp(socket);
  const host: CallHost = (name, ...args) => peer.call(name, ...args);
  // Deno cannot see this import beforehand: a file that it can see needs no permission to be read.
  const { href } = pathToFileURL(entry);
  const runner = new ModuleRunner(() => import(href), host, { source: new URL(".", href).href });
  const peer = new RpcPeer<ModuleRunner["side"], HostSide>(connection, runner.side, {
    maxSentEnvelopeBytes: MAX_MODULE_ENVELOPE_BYTES,
    maxReceivedEnvelopeBytes: MAX_HOST_ENVELOPE_BYTES,
    readError,
  });
  takeConsole((level, text) => logTo(host, level, text));
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    runner.failed(event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    runner.failed(event.error);
  });
  // Without the manager there is nothing to do.
  await peer.closed;
  Deno.exit(0);
}

/** The permissions that the connection needed: with them a module could keep files where the socket was. */
function giveUp(socket: string): void {
  Deno.permissions.revokeSync({ name: "read", path: socket });
  Deno.permissions.revokeSync({ name: "write", path: socket });
  Deno.permissions.revokeSync({ name: "net", host: `unix:${socket}` });
}

await main(Deno.args);
