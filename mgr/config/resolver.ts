/** The machine's DNS as a Resolver. */

import { lookup } from "node:dns/promises";
import type { Resolver } from "./mon_host.ts";

/** A DNS server other than those of the machine. */
export interface NameServer {
  readonly ip: string;
  readonly port: number;
}

/** Hosts by the system's resolver (/etc/hosts included), SRV records by DNS: by the machine's servers unless told. */
export function dnsResolver(server?: NameServer): Resolver {
  const options = server && { nameServer: { ipAddr: server.ip, port: server.port } };
  return {
    async addresses(host) {
      return (await lookup(host, { all: true })).map(({ address }) => address);
    },
    srv: (name) => Deno.resolveDns(name, "SRV", options),
  };
}

/** That of this machine. */
export const systemResolver: Resolver = dnsResolver();
