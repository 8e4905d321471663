/** Specifications of SNMP gateways: versions, credentials, where traps go. */

import type { JsonObject } from "../data/mod.ts";
import { SpecValidationError } from "./errors.ts";
import { isObject, isSet } from "./input.ts";
import { checkAddress, unwrapIpv6 } from "./network.ts";

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  snmp_version: ["V2c", "V3"],
  auth_protocol: ["MD5", "SHA"],
  privacy_protocol: ["DES", "AES"],
};

/** What each version needs. */
const CREDENTIALS: Readonly<Record<string, readonly string[]>> = {
  V2c: ["snmp_community"],
  V3: ["snmp_v3_auth_username", "snmp_v3_auth_password"],
};

/** Throws SpecValidationError. Upstream: SNMPGatewaySpec.validate */
export function checkSnmp(own: JsonObject): void {
  for (const [name, choices] of Object.entries(CHOICES)) {
    if (isSet(own[name]) && !choices.includes(String(own[name]))) {
      refuse(`${name} unsupported. Must be one of ${choices.join(", ")}`);
    }
  }
  checkCredentials(own);
  checkEngine(own);
  checkDestination(own.snmp_destination === undefined ? "" : String(own.snmp_destination));
}

function checkCredentials(
  { credentials, snmp_version: version, privacy_protocol: privacy }: JsonObject,
): void {
  if (!isObject(credentials) || !isSet(credentials)) {
    refuse(
      "Missing authentication information (credentials). SNMP V2c and V3 require credential information",
    );
  }
  if (!isSet(version)) refuse("Missing SNMP version (snmp_version)");
  const needed = [
    ...CREDENTIALS[String(version)]!,
    ...version === "V3" && isSet(privacy) ? ["snmp_v3_priv_password"] : [],
  ];
  const missing = needed.filter((name) => !Object.hasOwn(credentials as JsonObject, name));
  if (missing.length > 0) {
    refuse(`SNMP SNMPVersion.${version} credentials are incomplete. Missing ${missing.join(", ")}`);
  }
}

function checkEngine({ engine_id: id, snmp_version: version }: JsonObject): void {
  if (!isSet(id)) {
    if (version === "V3") refuse("Must provide an engine_id for SNMP V3 notifications");
  } else if (!/^(?:[\da-f]{2}){5,32}$/i.test(String(id))) {
    refuse("engine_id must be a string containing 10-64 hex characters. Its length must be divisible by 2");
  }
}

/** A name or an IPv4 address, and a port. Whether the name resolves is not asked: that needs the network. */
function checkDestination(destination: string): void {
  if (destination === "") refuse("SNMP destination (snmp_destination) must be provided");
  const [, host = destination, port] = /^(.*?)(?::([^:\]]*))?$/.exec(destination)!;
  if (port !== undefined && !/^\d*$/.test(port)) refuse(invalid("Port must be numeric"));
  const kind = `${kindOf(host)}${port ? ":Port" : ""}`;
  if (kind !== "Name:Port" && kind !== "IPv4:Port") {
    refuse(
      `SNMP destination (snmp_destination) type (${kind}) is invalid. Must be either: IPv4:Port, Name:Port`,
    );
  }
}

function kindOf(host: string): "IPv4" | "IPv6" | "Name" {
  if (/^[a-z]/i.test(host) && host.includes(".")) return "Name";
  if (/^\d/.test(host) && host.includes(".") && host.split(".").length !== 4) {
    refuse(invalid("Invalid partial IPv4 address"));
  }
  try {
    checkAddress(unwrapIpv6(host));
  } catch {
    refuse(invalid("Invalid IP v4 or v6 address format"));
  }
  return host.includes(".") ? "IPv4" : "IPv6";
}

function invalid(why: string): string {
  return `SNMP destination (snmp_destination) is invalid: ${why}`;
}

function refuse(why: string): never {
  throw new SpecValidationError(why);
}
