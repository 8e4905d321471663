/** A network and a share of the processors of its own for the swarm: so many connections need more ports than a system gives away. */

import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(import.meta.resolve("./main.ts"));
/** Set in the process that has the network. */
const MARK = "GANGLION_SWARM_NETWORK";
/** A connection looks through half of the ports that may be given away, as long as there is a free one: these are enough. */
const SETUP = 'ip link set lo up && echo "10000 65535" > /proc/sys/net/ipv4/ip_local_port_range && exec "$@"';

/**
 * What else this machine does is not to be measured: the swarm is a session of its own, for the scheduler shares among
 * sessions first, and all of it comes first. Workers are nicer again, for ten thousand machines would not take the
 * manager's processor. Where the system does not allow that, the program runs as everything else does.
 */
const FIRST = 'echo -10 > /proc/self/autogroup; exec nice -n -10 unshare --map-root-user --net "$@"';

/**
 * Runs the program once more in a network namespace where only loopback is, and resolves with its exit code; undefined
 * when this is that process already, or when the system lets nobody have one.
 */
export async function inOwnNetwork(): Promise<number | undefined> {
  if (Deno.env.has(MARK) || !(await isAllowed())) return undefined;
  const program = ["sh", "-c", SETUP, "sh", Deno.execPath(), "run", "-A", MAIN, ...Deno.args];
  const child = unshare(program, { [MARK]: "1" }).spawn();
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
  return new Deno.Command("setsid", { args: ["sh", "-c", FIRST, "sh", ...args], env });
}
