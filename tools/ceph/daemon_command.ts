/** `daemon NAME|SOCKET COMMAND`, `--admin-daemon SOCKET COMMAND`, and what is said of `daemonperf`. */

import { parseEntityName } from "../../mgr/types/entity_name.ts";
import { adminCommand } from "./admin_socket.ts";
import { CliError } from "./cli_error.ts";
import { Errno } from "./errno.ts";
import type { CliIo } from "./io.ts";
import type { CephOptions } from "./options.ts";
import { readSettings } from "./settings.ts";

/** Runs the command if it is one of these; the exit code, or undefined when it is another. Throws CliError. */
export async function daemonCommand(
  options: CephOptions,
  words: readonly string[],
  io: CliIo,
): Promise<number | undefined> {
  if (words[0] === "daemonperf") throw noDaemonPerf(words[1] ?? "osd.0");
  const named = words[0] === "daemon";
  if (options.adminSocket === undefined && !named) return undefined;
  if (options.adminSocket === undefined && words.length < 3) {
    throw new CliError("daemon requires at least 3 arguments", Errno.EINVAL);
  }
  const path = options.adminSocket ?? socketPath(options, words[1]!, io);
  const command = options.adminSocket === undefined ? words.slice(2) : words;
  try {
    io.out(await adminCommand(path, command, options.format, io));
    return 0;
  } catch (e) {
    throw new CliError(`admin_socket: ${(e as Error).message}`, Errno.EINVAL);
  }
}

/** Its table that goes on and on is the stock CLI's alone. */
function noDaemonPerf(daemon: string): CliError {
  return new CliError(
    `Cannot run daemonperf: this command line does not have it. ` +
      `"tell ${daemon} perf dump" and "daemon ${daemon} perf dump" show the same counters once`,
    Errno.EINVAL,
  );
}

/** A path, or the option admin_socket as that daemon has it. */
function socketPath(options: CephOptions, name: string, io: CliIo): string {
  if (name.includes("/")) return name;
  if (parseEntityName(name) === undefined) {
    throw new CliError(
      `Can't get admin socket path: '${name}' is no name of a daemon, as osd.0`,
      Errno.EINVAL,
    );
  }
  const { config } = readSettings({ ...options, name, needed: false }, [], io);
  return config.text("admin_socket");
}
