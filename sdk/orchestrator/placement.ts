/** Where the daemons of a service should run. */

import { SpecValidationError } from "./errors.ts";
import { checkHostname, type HostSpec } from "./host_spec.ts";
import { checkKeys, isObject, isSet, pythonRepr } from "./input.ts";
import { checkAddress, checkNetwork, unwrapIpv6 } from "./network.ts";

/** Hosts by name, by label or by pattern, and how many. Upstream: PlacementSpec in ceph/deployment/service_spec.py */
export interface PlacementSpec {
  /** Hosts with that label. */
  readonly label?: string;
  /** These hosts, each perhaps with a network and the daemon's name: `host:10.0.0.0/8=name`. */
  readonly hosts?: readonly string[];
  /** Daemons in all. */
  readonly count?: number;
  /** Daemons on each host. */
  readonly count_per_host?: number;
  /** Hosts whose names match: `data[1-3]`, `*`. */
  readonly host_pattern?: string;
}

/** A host of a placement. */
export interface HostPlacementSpec {
  /** Its name. */
  readonly hostname: string;
  /** An address, a network or `[v2:1.2.3.4:3300,v1:1.2.3.4:6789]`; "" when it does not matter. */
  readonly network: string;
  /** The daemon's name; "" when it does not matter. */
  readonly name: string;
}

const KEYS = new Set(["label", "hosts", "count", "count_per_host", "host_pattern"]);
const HOST_KEYS = ["hostname", "network", "name"] as const;

/** `host:network=name` in its parts. Upstream: HostPlacementSpec.parse */
export function parseHostPlacement(text: string): HostPlacementSpec {
  const hostname = /^(.*?)(?:[:=]|$)/.exec(text)![1]!;
  const network = /:(.*?)(?:=|$)/.exec(text)?.[1] ?? "";
  const name = /=(.*?)$/.exec(text)?.[1] ?? "";
  return { hostname, network, name };
}

/** The parts as one text. */
export function hostPlacementText({ hostname, network, name }: HostPlacementSpec): string {
  return hostname + (network && `:${network}`) + (name && `=${name}`);
}

/** Reads JSON as specifications have it. Throws SpecValidationError. */
export function readPlacement(json: unknown): PlacementSpec {
  if (!isObject(json)) {
    throw new SpecValidationError(`PlacementSpec: '${pythonType(json)}' object has no attribute 'copy'`);
  }
  checkKeys(json, KEYS, "PlacementSpec");
  const hosts = (Array.isArray(json.hosts) ? json.hosts : []).map(readHost);
  return makePlacement({ ...json, hosts } as PlacementSpec);
}

/** Checks a placement, and leaves out what is not set. Throws SpecValidationError. */
export function makePlacement(placement: PlacementSpec): PlacementSpec {
  checkPlacement(placement);
  return Object.fromEntries(Object.entries(placement).filter(([, value]) => isSet(value)));
}

/**
 * Reads what users write behind `--placement`: a number of daemons, hosts, `label:x`, a pattern, with blanks,
 * semicolons or commas between them. Throws SpecValidationError. Upstream: PlacementSpec.from_string
 */
export function parsePlacement(text = ""): PlacementSpec {
  const words = splitPlacement(text);
  const count = take(words.slice(0, 1), words, /^([+-]?\d+)$/) ?? take(words, words, /^count:([+-]?\d+)$/);
  const perHost = take(words, words, /^count-per-host:([+-]?\d+)$/);
  const hosts = words.filter((word) => /[:=]|^[^[\]?*]*$/.test(word) && !word.includes("label:"));
  const rest = words.filter((word) => !hosts.includes(word));
  const labels = rest.filter((word) => word.includes("label:"));
  const patterns = rest.filter((word) => !word.includes("label:"));
  if (labels.length > 1) throw new SpecValidationError(`more than one label provided: ${pythonRepr(labels)}`);
  if (patterns.length > 1) {
    throw new SpecValidationError(`more than one host pattern provided: ${pythonRepr(patterns)}`);
  }
  return makePlacement({
    ...count === undefined ? {} : { count },
    ...perHost === undefined ? {} : { count_per_host: perHost },
    ...labels[0] === undefined ? {} : { label: labels[0].slice("label:".length) },
    ...patterns[0] === undefined ? {} : { host_pattern: patterns[0] },
    hosts: hosts.filter((host) => host !== ""),
  });
}

/** As `orch ls` shows it; `parsePlacement` reads it back. Upstream: PlacementSpec.pretty_str */
export function placementText(placement: PlacementSpec = {}): string {
  const { hosts = [], count, count_per_host, label, host_pattern } = placement;
  return [
    ...hosts,
    ...count ? [`count:${count}`] : [],
    ...count_per_host ? [`count-per-host:${count_per_host}`] : [],
    ...label ? [`label:${label}`] : [],
    ...host_pattern ? [host_pattern] : [],
  ].join(";");
}

/** Names of the hosts that a placement is about, in its own order where it has one. */
export function matchingHosts(placement: PlacementSpec, hosts: readonly HostSpec[]): string[] {
  const names = hosts.map(({ hostname }) => hostname);
  if (placement.hosts?.length) {
    return placement.hosts.map((host) => parseHostPlacement(host).hostname).filter((host) =>
      names.includes(host)
    );
  }
  const { label, host_pattern: pattern } = placement;
  if (label) return hosts.filter(({ labels }) => labels.includes(label)).map(({ hostname }) => hostname);
  return pattern ? names.filter((name) => matchesPattern(name, pattern)) : names;
}

/** Throws SpecValidationError. Upstream: PlacementSpec.validate */
export function checkPlacement(placement: PlacementSpec): void {
  const { label, hosts = [], count, count_per_host: perHost, host_pattern: pattern } = placement;
  const refuseIf = (wrong: unknown, why: string): void => {
    if (wrong) throw new SpecValidationError(why);
  };
  refuseIf(hosts.length && label, "Host and label are mutually exclusive");
  checkCount("num/count", count);
  checkCount("count-per-host", perHost);
  const hasPerHost = perHost !== undefined && perHost !== null;
  refuseIf(
    hasPerHost && !(label || hosts.length || pattern),
    "count-per-host must be combined with label or hosts or host_pattern",
  );
  refuseIf(
    hasPerHost && count !== undefined && count !== null,
    "cannot combine count and count-per-host",
  );
  const parts = hosts.map(parseHostPlacement);
  refuseIf(
    hasPerHost && parts.some(({ network, name }) => network || name),
    "count-per-host cannot be combined explicit placement with names or networks",
  );
  refuseIf(pattern && typeof pattern !== "string", "host_pattern must be of type string");
  refuseIf(pattern && hosts.length, "cannot combine host patterns and hosts");
  for (const { hostname } of parts) checkHostname(hostname);
}

function checkCount(name: string, count: unknown): void {
  if (count === undefined || count === null) return;
  const value = typeof count === "boolean" || (typeof count === "string" && count.trim() === "")
    ? NaN
    : Number(count);
  if (Number.isNaN(value)) throw new SpecValidationError(`${name} must be a numeric value`);
  if (!Number.isInteger(count)) throw new SpecValidationError(`${name} must be an integer value`);
  if (value < 1) throw new SpecValidationError(`${name} must be >= 1`);
}

/** Commas separate hosts too, but not the addresses of one. */
function splitPlacement(text: string): string[] {
  if (text === "") return [];
  const separator = [" ", ";"].find((one) => text.includes(one)) ?? (text.includes("[") ? undefined : ",");
  return separator === undefined ? [text] : text.split(separator);
}

/** Takes the first word that has the form out of `words`, and answers the number in it. */
function take(among: readonly string[], words: string[], form: RegExp): number | undefined {
  const word = among.find((one) => form.test(one));
  if (word === undefined) return undefined;
  words.splice(words.indexOf(word), 1);
  return Number(form.exec(word)![1]);
}

/** A host of a specification: a text whose network is checked, or its parts. */
function readHost(host: unknown): string {
  if (isObject(host)) {
    const missing = HOST_KEYS.filter((key) => !Object.hasOwn(host, key));
    const [hostname = "", network = "", name = ""] = HOST_KEYS.map((key) => String(host[key] ?? ""));
    if (missing.length === 0) return hostPlacementText({ hostname, network, name });
    throw new SpecValidationError(
      `HostPlacementSpec: HostPlacementSpec.__new__() missing ${missing.length} required positional argument${
        missing.length === 1 ? "" : "s"
      }: ${missing.map((key) => `'${key}'`).join(" and ")}`,
    );
  }
  const text = String(host);
  const { hostname, network } = parseHostPlacement(text);
  try {
    network.split(",").filter((one) => one !== "").forEach(checkHostNetwork);
  } catch (e) {
    throw new SpecValidationError((e as Error).message);
  }
  checkHostname(hostname);
  return text;
}

/** An address, a network, or an address of Ceph: `v2:1.2.3.4:3300`. */
function checkHostNetwork(network: string): void {
  const address = /^\[?v/.test(network)
    ? network.slice(network.indexOf(":") + 1, network.lastIndexOf(":"))
    : network;
  if (address.includes("/")) checkNetwork(address);
  else checkAddress(unwrapIpv6(address));
}

/** Upstream: fnmatch of Python: `*`, `?`, `[a-z]`, `[!a]`. */
function matchesPattern(name: string, pattern: string): boolean {
  const source = pattern.replace(/\[(!?)([^\]]+)\]|[*?]|[.+^${}()|[\]\\]/g, (part, not, set) => {
    if (set !== undefined) return `[${not === "!" ? "^" : ""}${set.replaceAll("\\", "\\\\")}]`;
    return part === "*" ? ".*" : part === "?" ? "." : `\\${part}`;
  });
  return new RegExp(`^${source}$`, "s").test(name);
}

function pythonType(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (value === null || value === undefined) return "NoneType";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return typeof value === "boolean" ? "bool" : "str";
}
