/** Hosts as an orchestrator knows them. */

import { SpecValidationError } from "./errors.ts";
import { defined, isObject, isTexts, shown } from "./input.ts";

const MAX_NAME_CHARS = 250;
const MAX_PART_CHARS = 63;

/** A host. Upstream: HostSpec in ceph/deployment/hostspec.py */
export interface HostSpec {
  /** Name and address resolve to it; not the fully qualified name. */
  readonly hostname: string;
  /** How it is reached; the name when nothing else is said. */
  readonly addr: string;
  /** Words to choose hosts by. */
  readonly labels: readonly string[];
  /** "", "offline", "maintenance" */
  readonly status: string;
  /** Where it is in the CRUSH map: bucket by type. */
  readonly location?: Readonly<Record<string, string>>;
}

/** Fills in what is left out. */
export function makeHostSpec(
  { hostname, addr, labels = [], status = "", location }: { readonly hostname: string } & Partial<HostSpec>,
): HostSpec {
  const wanted = location !== undefined && Object.keys(location).length > 0 ? { location } : {};
  return { hostname, addr: addr || hostname, labels: [...new Set(labels)], status, ...wanted };
}

/** Reads JSON as `orch host ls` prints it, or as a user wrote it. Throws SpecValidationError. */
export function readHostSpec(json: unknown): HostSpec {
  if (!isObject(json)) {
    throw new SpecValidationError(`Host Spec is not an (JSON or YAML) object. got "${shown(json)}"`);
  }
  const { hostname, addr, status, location } = defined(json);
  const labels = typeof json.labels === "string" ? [json.labels] : json.labels ?? undefined;
  if (labels !== undefined && !isTexts(labels)) {
    throw new SpecValidationError(`Labels (${shown(labels)}) must be a string or list of strings`);
  }
  if (location !== undefined && !(isObject(location) && isTexts(Object.values(location)))) {
    throw new SpecValidationError(`Location (${shown(location)}) must be a dictionary of strings to strings`);
  }
  if (hostname === undefined) throw new SpecValidationError(`Host Spec needs a "hostname" key.`);
  return makeHostSpec(defined({
    hostname: String(hostname),
    addr: addr === undefined ? undefined : String(addr),
    labels,
    status: status === undefined ? undefined : String(status),
    location,
  }) as HostSpec);
}

/** Throws SpecValidationError for what cannot be a host's name. Upstream: assert_valid_host */
export function checkHostname(name: string): void {
  const refuse = (why: string): never => {
    throw new SpecValidationError(why);
  };
  if (name.length > MAX_NAME_CHARS) refuse("name is too long (max 250 chars)");
  for (const part of name.split(".")) {
    if (part === "") refuse(".-delimited name component must not be empty");
    if (part.length > MAX_PART_CHARS) refuse(".-delimited name component must not be more than 63 chars");
    if (!/^[a-zA-Z0-9-]+$/.test(part)) refuse("name component must include only a-z, 0-9, and -");
  }
}
