/** What accessors answer, call by call: of all hosts, all daemons, and all options. */

import type { MgrModule } from "@ganglion/sdk";
import { isSecret } from "./secrets.ts";

/** A call that read something, and its answer. */
export type Fact = readonly [call: string, args: readonly string[], answer: unknown];

/** The accessors that are called. */
export type FactSource = Pick<
  MgrModule,
  | "get"
  | "listServers"
  | "getServer"
  | "getMetadata"
  | "getDaemonStatus"
  | "getDaemonHealthMetrics"
  | "getCephOptionSource"
  | "getMgrIp"
  | "lookupReleaseName"
>;

/** The newest release of which a manager may be asked. */
const LAST_RELEASE = 20;

/** Everything, in one list. */
export async function gatherFacts(source: FactSource): Promise<Fact[]> {
  const servers = await source.listServers();
  const facts: Fact[] = [
    ["listServers", [], servers],
    ["getDaemonHealthMetrics", [], await source.getDaemonHealthMetrics()],
    ["getMgrIp", [], await source.getMgrIp()],
    ["haveMonConnection", [], true],
  ];
  for (const { hostname, services } of servers) {
    facts.push(["getServer", [hostname], await source.getServer(hostname)]);
    for (const { type, id } of services) {
      facts.push(["getMetadata", [type, id], await source.getMetadata(type, id)]);
      facts.push(["getDaemonStatus", [type, id], await source.getDaemonStatus(type, id)]);
    }
  }
  for (let release = 0; release <= LAST_RELEASE; release++) {
    facts.push(["lookupReleaseName", [String(release)], await source.lookupReleaseName(release)]);
  }
  return [...facts, ...await optionFacts(source)];
}

async function optionFacts(source: FactSource): Promise<Fact[]> {
  const { name: _, cluster: __, ...options } = await source.get("config");
  const facts: Fact[] = [];
  for (const option of Object.keys(options)) {
    const answer = await source.getCephOptionSource(option);
    facts.push(["getCephOption", [option], isSecret(option) ? { ...answer, value: "" } : answer]);
  }
  return facts;
}
