/** Where the manager listens: the options say, or else the address by which a monitor sees us. */

import { chooseBindAddress } from "./config/bind_address.ts";
import type { Config } from "./config/config.ts";
import type { Verifier } from "./msgr/authenticator.ts";
import type { ConnectionHandler } from "./msgr/connection.ts";
import { type Acceptor, MAX_CONNECTIONS } from "./msgr/acceptor.ts";
import { Messenger } from "./msgr/messenger.ts";
import { connectionRoom, openFileLimit } from "./open_files.ts";
import type { Clock } from "./time/clock.ts";
import { EntityType } from "./types/entity_name.ts";

/** Who is let in, and who serves them. */
export interface ListenParts {
  readonly clock: Clock;
  /** A fresh verifier for each connection. */
  readonly verifier: () => Verifier;
  readonly gid: () => bigint;
  readonly handler: ConnectionHandler;
  /** Told why nobody is let in any more, and undefined when that is over. */
  readonly onFull: (why: string | undefined) => void;
}

/**
 * Listens on one address, never on all; `learned` is that by which a monitor sees us. Throws an Error of one line
 * when no address or no port fits.
 */
export function listen(config: Config, parts: ListenParts, learned: string): Acceptor {
  const options = {
    publicAddr: config.text("public_addr"),
    publicNetwork: config.text("public_network"),
    publicNetworkInterface: config.text("public_network_interface"),
    bindIpv4: config.get("ms_bind_ipv4"),
    bindIpv6: config.get("ms_bind_ipv6"),
  };
  const { announce: ip, port } = chooseBindAddress(options, Deno.networkInterfaces(), learned);
  if (ip === undefined) {
    throw new Error(
      `Cannot choose an address: ${learned}, by which the monitors see us, is excluded by ms_bind_ipv4 and ms_bind_ipv6; set public_addr`,
    );
  }
  const [portMin, portMax] = port > 0
    ? [port, port]
    : [config.get("ms_bind_port_min"), config.get("ms_bind_port_max")];
  const { clock, verifier, gid, handler, onFull } = parts;
  const maxConnections = Math.min(MAX_CONNECTIONS, connectionRoom(openFileLimit()));
  const listening = { ip, portMin, portMax, verifier, gid, maxConnections, onFull };
  return new Messenger(EntityType.mgr, 0, clock).listen(listening, handler);
}
