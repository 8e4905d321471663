/** The machine's DNS as a Resolver. */

import { lookup } from "node:dns/promises";
import type { Resolver } from "./mon_host.ts";

/** Hosts by the system's resolver (/etc/hosts included), SRV records by DNS. */
export const systemResolver: Resolver = {
  async addresses(host) {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  },
  srv: (name) => Deno.resolveDns(name, "SRV"),
};
