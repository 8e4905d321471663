/** A network of its own for the swarm: so many connections between two addresses need more ports than a system gives away. */

import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(import.meta.resolve("./main.ts"));
/** Set in the process that has the network. */
const MARK = "GANGLION_SWARM_NETWORK";
/** A connection looks through half of the ports that may be given away, as long as there is a free one: these are enough. */
const SETUP = 'ip link set lo up && echo "10000 65535" > /proc/sys/net/ipv4/ip_local_port_range && exec "$@"';

/**
 * Runs the program once more in a network namespace where only loopback is, and resolves with its exit code; undefined
 * when this is that process already, or when the system lets nobody have one.
 */
export async function inOwnNetwork(): Promise<number | undefined> {
  if (Deno.env.has(MARK) || !(await isAllowed())) return undefined;
  const args = ["sh", "-c", SETUP, "sh", Deno.execPath(), "run", "-A", MAIN, ...Deno.args];
  const child = unshare(args, { [MARK]: "1" }).spawn();
  const end = (): void => child.kill("SIGTERM");
  Deno.addSignalListener("SIGINT", end);
  Deno.addSignalListener("SIGTERM", end);
  return (await child.status).code;
}

async function isAllowed(): Promise<boolean> {
  try {
    return (await unshare(["ip", "link"]).output()).success;
  } catch {
    return false;
  }
}

function unshare(args: readonly string[], env: Record<string, string> = {}): Deno.Command {
  return new Deno.Command("unshare", { args: ["--map-root-user", "--net", ...args], env });
}
