/** What the orchestrator's commands are asked, of ceph-mgr and of Ganglion; and the cluster that both pretend to have. */

import type { RealCluster } from "./real_cluster.ts";

/** A command, and what `-i` reads. */
export interface Case {
  readonly prefix: string;
  readonly args: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly input?: string;
}

const ask = (prefix: string, args: Case["args"] = {}, input?: string): Case =>
  input === undefined ? { prefix, args } : { prefix, args, input };
const apply = (input: string): Case => ask("orch apply", {}, input);
const placed = (placement: string): Case => ask("orch apply", { service_type: "mon", placement });

const CREATED = "2022-02-11T10:58:23.177450Z";
const device = (path: string, rotational: string, size: number, reasons: readonly string[] = []) => ({
  path,
  available: reasons.length === 0,
  rejected_reasons: reasons,
  created: CREATED,
  device_id: "",
  lvs: [],
  sys_api: { rotational, size, vendor: "0x1af4", model: "", partitions: { a: { size: 1, holders: [] } } },
});

/** For `test_orchestrator load_data`. */
export const DATA = JSON.stringify({
  inventory: [
    {
      name: "node-b",
      labels: ["mon", "osd"],
      addr: "10.0.0.2",
      devices: [
        device("/dev/vdb", "0", 10_737_418_240),
        device("/dev/vda", "1", 44_023_414_784, ["locked", "in use"]),
      ],
    },
    { name: "node-a", devices: [] },
  ],
  services: [
    {
      service_type: "mds",
      service_id: "fs",
      placement: { count: 2 },
      status: { size: 2, running: 1, created: CREATED, last_refresh: CREATED },
      unmanaged: true,
    },
    { service_type: "mgr", placement: { hosts: ["node-a", "node-b"] }, status: { size: 2, running: 2 } },
    {
      service_type: "osd",
      service_id: "d",
      placement: { host_pattern: "*" },
      spec: { data_devices: { all: true } },
      status: { running: 5 },
    },
    {
      service_type: "ingress",
      service_id: "i",
      placement: { label: "mon", count: 1 },
      spec: { backend_service: "rgw.a", frontend_port: 80, monitor_port: 81, virtual_ip: "10.0.0.9/24" },
      status: { size: 1, running: 0, ports: [80, 81], virtual_ip: "10.0.0.9/24" },
    },
  ],
  daemons: [
    {
      daemon_type: "osd",
      daemon_id: "1",
      hostname: "node-b",
      status: -1,
      ports: [1, 2],
      memory_usage: 123_456_789,
      memory_request: 4_294_967_296,
      events: ['2020-06-10T10:20:25.691255 daemon:osd.1 [INFO] "Deployed it\'s osd"'],
    },
    { daemon_type: "osd", daemon_id: "10", hostname: "node-a", status: 2, ip: "10.0.0.1", ports: [1] },
    {
      daemon_type: "mgr",
      daemon_id: "node-a.xyz",
      hostname: "node-a",
      status: 1,
      started: CREATED,
      version: "16.2.15",
    },
    {
      daemon_type: "mds",
      daemon_id: "fs.node-b.abc",
      hostname: "node-b",
      status_desc: "odd",
      created: CREATED,
    },
  ],
});

/** Before a backend is chosen. */
const WITHOUT_BACKEND: readonly Case[] = [
  ask("orch status"),
  ask("orch ls"),
  ask("orch set backend", { module_name: "nosuch" }),
  ask("orch set backend", { module_name: "test_orchestrator" }),
  ask("orch status"),
  ask("orch status", { detail: true }),
  ...["json", "yaml", "xml-pretty"].map((format) => ask("orch status", { format })),
  ask("orch host ls"),
  ask("test_orchestrator load_data", {}, DATA),
];

const LISTS: readonly Case[] = [
  ask("orch host ls"),
  ...["json", "json-pretty", "yaml"].map((format) => ask("orch host ls", { format })),
  ask("orch host ls", { label: "osd" }),
  ask("orch host ls", { label: "nosuch" }),
  ask("orch host ls", { host_pattern: "*-a", host_status: "offline" }),
  ask("orch ls"),
  ...["json", "json-pretty", "yaml"].map((format) => ask("orch ls", { format })),
  ask("orch ls", { export: true }),
  ask("orch ls", { service_type: "mds", export: true, format: "json-pretty" }),
  ask("orch ls", { service_name: "mds.nosuch" }),
  ask("orch ps"),
  ask("orch ps", { hostname: "node-a" }),
  ask("orch ps", { daemon_type: "mgr" }),
  ask("orch ps", { service_name: "mds.fs", format: "json" }),
  ask("orch ps", { format: "yaml" }),
  ask("orch ps", { hostname: "nosuch" }),
  ask("orch device ls"),
  ask("orch device ls", { hostname: ["node-b"], wide: true }),
  ...["json", "yaml"].map((format) => ask("orch device ls", { format })),
  ask("orch device ls", { hostname: ["node-a"] }),
];

const osd = (pattern: string, selection: string): Case =>
  apply(`service_type: osd
service_id: x
placement:
  host_pattern: '${pattern}'
spec:
  data_devices:
    ${selection}
`);

const SPECS: readonly Case[] = [
  apply("service_type: mon\nplacement:\n  count: 3\n"),
  apply("service_type: nfs\nservice_id: a\n---\n---\nservice_type: mgr\nunmanaged: yes\n"),
  apply('{"service_type": "nfs", "service_id": "b", "spec": {"port": 12}}'),
  apply("service_type: host\nhostname: h1\naddr: 1.2.3.4\nlabels: [a, b]\n"),
  osd("*", "all: true"),
  osd("nosuch", "all: true"),
  osd("*", "nosuch: true"),
  apply("service_type: mds\nservice_id: a\n"),
  apply("service_type: mds\n"),
  apply("placement: {}\n"),
  apply("- a\n"),
  apply("service_type: mon\nconfig:\n  no_such_option: 3\n"),
  apply("service_type: mon\nconfig:\n  osd_max_backfills: 3\n"),
  apply("service_type: mon\nnetworks: [10.0.0.1/8]\n"),
  ask("orch apply", { service_type: "mon" }, "service_type: mon\n"),
  ask("orch apply", { dry_run: true }, "service_type: mon\n"),
  ask("orch apply", { service_type: "mon", placement: "3" }),
  ask("orch apply"),
  ask("orch apply", { service_type: "crash" }),
  ask("orch apply mds", { fs_name: "a" }),
  ask("orch apply mds", { fs_name: "1" }),
  ask("orch apply rgw", { svc_id: "a", realm: "r" }),
  ask("orch apply nfs", { svc_id: "a" }),
  ask("orch apply iscsi", { pool: "p", api_user: "u", api_password: "pw" }),
  ask("orch apply snmp-gateway", { snmp_version: "V2c", destination: "x" }),
  ask("orch apply osd", { all_available_devices: true }),
  ask("orch apply osd", { all_available_devices: true, dry_run: true }),
  ...["0", "label:a label:b", "a*;b*", "a label:b", "a_b", "count-per-host:2"].map(placed),
];

const DEEDS: readonly Case[] = [
  ...["validation_error", "error", "not_implemented", "no_orchestrator", "import_error"].map((what) =>
    ask("orch host add", { hostname: `raise_${what}` })
  ),
  ask("orch host add", { hostname: "h2", addr: "1.2.3.4", labels: ["a,b"], maintenance: true }),
  ask("orch host rm", { hostname: "h2", force: true }),
  ask("orch host drain", { hostname: "h1" }),
  ask("orch host label add", { hostname: "h1", label: "x" }),
  ask("orch", { action: "start", service_name: "mds.fs" }),
  ask("orch daemon", { action: "restart", name: "mon.a" }),
  ask("orch daemon", { action: "restart", name: "mon" }),
  ask("orch daemon redeploy", { name: "mon.a" }),
  ask("orch daemon rm", { names: ["mon.a"] }),
  ask("orch daemon rm", { names: ["mon.a"], force: true }),
  ask("orch daemon add"),
  ask("orch daemon add", {}, "service_type: mon\n"),
  ask("orch daemon add mds", { fs_name: "a" }),
  ask("orch daemon add rgw", { svc_id: "a", port: 80 }),
  ask("orch daemon add osd"),
  ask("orch daemon add osd", { svc_arg: "nosuch:/dev/vdb" }),
  ask("orch daemon add osd", { svc_arg: "node-a:data_devices=/dev/a,/dev/b,osds_per_device=2" }),
  ask("orch daemon add osd", { svc_arg: "a" }),
  ask("orch osd rm", { osd_id: ["1"] }),
  ask("orch osd rm status"),
  ask("orch device zap", { hostname: "a", path: "/dev/x" }),
  ask("orch rm", { service_name: "mon" }),
  ask("orch rm", { service_name: "mds.fs" }),
  ...["pause", "resume", "cancel", "upgrade status", "upgrade ls"].map((what) => ask(`orch ${what}`)),
  ask("orch upgrade check", { image: "v15.2.0" }),
  ask("orch set backend", { module_name: "" }),
  ask("orch ls"),
];

/** In their order. */
export const ORCHESTRATOR_CASES: readonly Case[] = [...WITHOUT_BACKEND, ...LISTS, ...SPECS, ...DEEDS];

/** What a manager answers. */
export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Asks a manager of a cluster everything, once its test backend is there. */
export async function askAll(cluster: Pick<RealCluster, "command" | "waitFor">): Promise<Answer[]> {
  const probe = { prefix: "test_orchestrator load_data" };
  await cluster.waitFor(
    async () => (await cluster.command("mgr", probe, "{}")).code === 0,
    "the test backend",
  );
  const answers: Answer[] = [];
  for (const { prefix, args, input = "" } of ORCHESTRATOR_CASES) {
    const { code, out, err } = await cluster.command("mgr", { prefix, ...args }, input);
    answers.push({ code, out, err });
  }
  return answers;
}
