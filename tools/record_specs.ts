/**
 * Records what Ceph's own library makes of specifications of hosts and services:
 * `deno run -A tools/record_specs.ts` -> tests/vectors/specs.json. It needs Debian's python3-ceph-common.
 */

import { fileURLToPath } from "node:url";
import { print } from "./print.ts";

/** What is asked: a call of the library, and its argument. */
type Question = readonly [
  call: "spec" | "placement" | "host" | "hostname" | "match" | "time",
  input: unknown,
];

const osd = (spec: unknown, rest: object = { placement: { host_pattern: "*" } }): Question => [
  "spec",
  { service_type: "osd", service_id: "x", spec, ...rest },
];
const placed = (placement: unknown): Question => ["spec", { service_type: "mon", placement }];
const own = (service_type: string, spec: object, rest: object = {}): Question => [
  "spec",
  { service_type, service_id: "a", spec, ...rest },
];
const ingress = { backend_service: "rgw.a", frontend_port: 1, monitor_port: 2 };
const snmp = (spec: object): Question => ["spec", { service_type: "snmp-gateway", spec }];
const community = { credentials: { snmp_community: "b" } };
const user = { snmp_v3_auth_username: "u", snmp_v3_auth_password: "p" };

const SPECS: readonly Question[] = [
  ...["mon", "mgr", "crash", "rbd-mirror", "cephfs-mirror", "node-exporter", "prometheus", "grafana", ""].map(
    (
      service_type,
    ): Question => ["spec", { service_type }],
  ),
  ["spec", { placement: {} }],
  ["spec", ["a"]],
  ["spec", "foo"],
  ["spec", { service_type: "mds", service_id: "a", placement: { hosts: ["a", "b"] } }],
  ["spec", { service_type: "mds", placement: { count: 1 } }],
  ["spec", { service_type: "mds", service_id: "1a" }],
  ["spec", { service_type: "mon", service_id: "x" }],
  ["spec", { service_type: "nfs", service_id: "a b" }],
  ["spec", { service_type: "nfs", service_id: "a", nosuch: 1 }],
  ["spec", { service_name: "nfs.foo.bar" }],
  ["spec", { service_name: "mon", service_type: "mgr" }],
  ["spec", { service_type: "nfs", service_id: "a", status: { size: 1 } }],
  ["spec", { service_type: "mon", unmanaged: true, preview_only: true, config: { "a b": 1 } }],
  ["spec", { service_type: "mon", config: { mds_join_fs: 3 } }],
  ["spec", { service_type: "rgw", service_id: "a", config: { rgw_zone: "z" } }],
  ...["10.0.0.0/8", "::/0", "fe80::/10", "1.2.3.4", "10.0.0.0/255.0.0.0", "::ffff:1.2.3.0/120", "10.0.0.1/8"]
    .map((
      network,
    ): Question => ["spec", { service_type: "mon", networks: [network] }]),
  ...["nonsense", "10.0.0.0/33", "1.2.3/8", "1.2.3.04", "::1::", "10.0.0.0/8/8", "", "fe80::/129"].map((
    network,
  ): Question => ["spec", { service_type: "mon", networks: [network] }]),
  ["spec", { service_type: "mon", networks: "10.0.0.0/8" }],
  ["spec", { service_type: "mon", networks: 5 }],
  ["spec", { service_type: "mgr", extra_container_args: ["a"], extra_entrypoint_args: ["b"] }],
  ["spec", { service_type: "crash", custom_configs: [{ content: "a", mount_path: "b" }] }],
  ["spec", { service_type: "crash", custom_configs: [{ content: "a" }] }],
  ["spec", { service_type: "crash", custom_configs: [{ content: "a", mount_path: "b", x: "c" }] }],
  own("nfs", { port: 1234 }),
  own("nfs", { nosuch: 1 }),
  own("nfs", {}, { port: 12 }),
  own("rgw", { rgw_realm: "r" }),
  own("rgw", { rgw_zone: "z" }),
  own("rgw", { rgw_realm: "r", rgw_zone: "z", ssl: true, rgw_frontend_port: 8080 }),
  ["spec", { service_type: "rgw", rgw_realm: "r", rgw_zone: "z" }],
  own("iscsi", {}),
  own("iscsi", { pool: "p" }),
  own("iscsi", { pool: "p", api_port: 1, api_user: "u", trusted_ip_list: "1.2.3.4" }),
  own("ingress", {}),
  own("ingress", { backend_service: "x" }),
  own("ingress", { backend_service: "x", frontend_port: 1 }),
  own("ingress", ingress),
  own("ingress", { ...ingress, virtual_ip: "1.2.3.4/24" }),
  own("ingress", { ...ingress, virtual_ip: "1.2.3.4", virtual_ips_list: ["a"] }),
  own("ingress", ingress, { preview_only: true }),
  own("container", { image: "x", ports: [1], args: ["-v"] }),
  own("container", { image: "x" }, { custom_configs: [] }),
  ["spec", { service_type: "alertmanager", port: 9094 }],
  ["spec", { service_type: "alertmanager", user_data: { default_webhook_urls: ["u"] }, secure: true }],
  ["spec", { service_type: "grafana", initial_admin_password: "x", port: 1 }],
  ["spec", { service_type: "prometheus", retention_time: "1d", custom_configs: [] }],
  snmp({}),
  snmp({ snmp_version: "V9" }),
  snmp({ credentials: { a: "b" } }),
  snmp({ snmp_version: "V2c", credentials: { a: "b" } }),
  snmp({ snmp_version: "V2c", ...community }),
  snmp({ snmp_version: "V2c", ...community, snmp_destination: "1.2.3.4:162" }),
  snmp({ snmp_version: "V2c", ...community, snmp_destination: "1.2.3.4" }),
  snmp({ snmp_version: "V2c", ...community, snmp_destination: "1.2.3.4:x" }),
  snmp({ snmp_version: "V2c", ...community, snmp_destination: "1.2:162" }),
  snmp({ snmp_version: "V2c", ...community, snmp_destination: "[::1]:162" }),
  snmp({ snmp_version: "V3", credentials: user }),
  snmp({ snmp_version: "V3", credentials: user, engine_id: "8000C53F" }),
  snmp({ snmp_version: "V3", credentials: user, engine_id: "8000C53F00000000", privacy_protocol: "AES" }),
  osd({ data_devices: { all: true } }),
  osd({ data_devices: { all: true } }, { placement: { host_pattern: "*" }, unmanaged: true }),
  osd({ data_devices: { all: true } }, {}),
  osd({}),
  osd({ data_devices: {} }),
  osd({ data_devices: { nosuch: true } }),
  osd({ data_devices: { all: true, model: "x" } }),
  osd({ data_devices: { limit: 1 } }),
  osd({ data_devices: { paths: ["/dev/a"] } }),
  osd({ data_devices: { paths: ["/dev/a"], model: "x" } }),
  osd({ data_devices: { rotational: 0, size: "10G:" }, db_devices: { rotational: false, limit: 2 } }),
  osd({ data_devices: { model: "x" }, db_devices: { all: true } }),
  osd({ data_devices: { all: true }, objectstore: "filestore" }),
  osd({ data_devices: { all: true }, filter_logic: "or" }),
  osd({ data_devices: { all: true }, filter_logic: "xor" }),
  osd({ data_devices: { all: true }, method: "raw", encrypted: true, osds_per_device: 2 }),
  osd({ data_devices: { all: true }, method: "x" }),
  osd({ data_devices: { all: true }, block_db_size: 1.5 }),
  osd({ data_devices: { all: true }, block_db_size: "1G", osd_id_claims: { a: ["1"] } }),
  osd({ data_devices: { all: true }, nosuch: 1 }),
  osd({ data_devices: { all: true } }, { service_id: undefined, placement: { label: "osd" } }),
  ["spec", { service_type: "osd", service_id: "x", host_pattern: "*", data_devices: { all: true } }],
  ["spec", { service_type: "osd", service_id: "x", placement: { count: 1 }, networks: ["10.0.0.0/8"] }],
];

const PLACEMENTS: readonly Question[] = [
  ...[{ count: "x" }, { count: "3" }, { count: 0 }, { count: 2.5 }, { nosuch: 0 }, 3, "x", null].map(placed),
  placed({ hosts: ["a"], label: "b" }),
  placed({ hosts: ["a"], host_pattern: "b" }),
  placed({ host_pattern: 3 }),
  placed({ count: 1, count_per_host: 2, label: "a" }),
  placed({ count_per_host: 2 }),
  placed({ count_per_host: 0, label: "a" }),
  placed({ count_per_host: "x", label: "a" }),
  placed({ count_per_host: 2, label: "a" }),
  placed({ count_per_host: 2, hosts: ["a=b"] }),
  placed({ hosts: [{ hostname: "a", network: "1.2.3.4", name: "b" }] }),
  placed({ hosts: [{ hostname: "a" }] }),
  placed({ hosts: [{ hostname: "a", name: "" }] }),
  placed({ hosts: ["a:10.0.0.0/8=x", "b:[v2:1.2.3.4:3300,v1:1.2.3.4:6789]", "c:1.2.3.4"] }),
  placed({ hosts: ["a_b"] }),
  placed({ hosts: [`${"a".repeat(64)}`] }),
  placed({}),
  ...["", "3", "host1 host2", "2 host1 host2", "label:mon", "3 label:mon", "data[1-3]", "a,b", "a;b", "*"],
  ...["0", "a_b", "label:a label:b", "a*;b*", "a label:b", "count-per-host:2", "count-per-host:2 label:x"],
  ...["count:5 a", "a=x b:1.2.3.4", "[v2:1.2.3.4:3300,v1:1.2.3.4:6789]", "a?c", "-1", "1.5", "count:x"],
  ...["2 count-per-host:3 label:a", "a..b", "a:1.2.3.4=b;c"],
].map((one): Question => typeof one === "string" ? ["placement", one] : one as Question);

const HOSTS: readonly Question[] = [
  ["host", { hostname: "h" }],
  ["host", { hostname: "h", addr: "1.2.3.4", labels: ["a", "b", "a"], status: "maintenance" }],
  ["host", { hostname: "h", labels: "a" }],
  ["host", { hostname: "h", labels: 3 }],
  ["host", { hostname: "h", labels: [1, "a"] }],
  ["host", { hostname: "h", location: { rack: "r" } }],
  ["host", { hostname: "h", location: ["a"] }],
  ["host", { hostname: "h", location: { rack: 1 } }],
  ["host", { hostname: "h", location: {} }],
  ...["a", "a.b-c.d", "", "a..b", "a_b", "x".repeat(64), "x.".repeat(126)].map((
    name,
  ): Question => ["hostname", name]),
  ...["*", "a*", "?b", "[ab]*", "[!a]*", "a.b", "", "a[", "c+"].map((
    host_pattern,
  ): Question => ["match", { host_pattern }]),
  ["match", { hosts: ["c", "a", "nosuch"] }],
  ["match", { label: "l" }],
  ["match", {}],
  ...["2020-06-10T10:20:25.691255", "2020-03-03T09:21:43.636153304Z", "2020-03-03T15:52:30.136257504-0600"]
    .map((
      time,
    ): Question => ["time", time]),
];

const PYTHON = `
import json, sys
from ceph.deployment.hostspec import HostSpec, SpecValidationError, assert_valid_host
from ceph.deployment.service_spec import PlacementSpec, ServiceSpec
from ceph.utils import datetime_to_str, str_to_datetime

HOSTS = [HostSpec(name, labels=labels) for name, labels in
         [("a", ["l"]), ("ab", []), ("bb", ["l", "m"]), ("a.b", []), ("c", []), ("c+", [])]]

def spec(value):
    made = ServiceSpec.from_json(value)
    return {"json": made.to_json(), "line": made.one_line_str()}

def placement(value):
    made = PlacementSpec.from_string(value)
    return {"json": made.to_json(), "text": made.pretty_str()}

CALLS = {
    "spec": spec,
    "placement": placement,
    "host": lambda value: HostSpec.from_json(value).to_json(),
    "hostname": assert_valid_host,
    "match": lambda value: PlacementSpec(**value).filter_matching_hostspecs(HOSTS),
    "time": lambda value: datetime_to_str(str_to_datetime(value)),
}

def answer(call, value):
    try:
        return {"answer": CALLS[call](json.loads(json.dumps(value)))}
    except SpecValidationError as e:
        return {"refused": str(e)}
    except Exception as e:
        return {"crashed": f"{type(e).__name__}: {e}"}

print(json.dumps([[call, value, answer(call, value)] for call, value in json.load(sys.stdin)]))
`;

async function ask(questions: readonly Question[]): Promise<unknown[]> {
  const python = new Deno.Command("/usr/bin/python3", {
    args: ["-c", PYTHON],
    stdin: "piped",
    stdout: "piped",
  })
    .spawn();
  const input = python.stdin.getWriter();
  await input.write(new TextEncoder().encode(JSON.stringify(questions)));
  await input.close();
  const { code, stdout } = await python.output();
  if (code !== 0) throw new Error(`Cannot record: python3 ended with ${code}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

const answers = await ask([...SPECS, ...PLACEMENTS, ...HOSTS]);
const output = fileURLToPath(import.meta.resolve("../tests/vectors/specs.json"));
const source = "python3-ceph-common 16.2.15";
const lines = answers.map((one) => JSON.stringify(one)).join(",\n");
await Deno.writeTextFile(output, `{"source":"${source}","answers":[\n${lines}\n]}\n`);
print(`${answers.length} answers in ${output}`);
