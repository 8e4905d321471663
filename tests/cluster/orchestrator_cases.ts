/** What the orchestrator's commands are asked, of ceph-mgr and of Ganglion; and the cluster that both pretend to have. */

/** Words of the CLI, and what `-i` reads. */
export type Case = readonly [words: readonly string[], input?: string];

const line = (text: string, input?: string): Case =>
  input === undefined ? [text.split(" ")] : [text.split(" "), input];
const apply = (input: string): Case => [["orch", "apply"], input];
const placed = (placement: string): Case => [["orch", "apply", "mon", "--placement", placement]];

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
  line("orch status"),
  line("orch ls"),
  line("orch set backend nosuch"),
  line("orch set backend test_orchestrator"),
  line("orch status"),
  line("orch status --detail"),
  line("orch status --format json"),
  line("orch status --format yaml"),
  line("orch status --format xml-pretty"),
  line("orch host ls"),
  line("test_orchestrator load_data", DATA),
];

const LISTS: readonly Case[] = [
  line("orch host ls"),
  line("orch host ls --format json"),
  line("orch host ls --format json-pretty"),
  line("orch host ls --format yaml"),
  line("orch host ls --label osd"),
  line("orch host ls --label nosuch"),
  line("orch host ls --host_pattern *-a --host_status offline"),
  line("orch ls"),
  line("orch ls --format json"),
  line("orch ls --format yaml"),
  line("orch ls --export"),
  line("orch ls mds --export --format json-pretty"),
  line("orch ls --service_name mds.nosuch"),
  line("orch ps"),
  line("orch ps node-a"),
  line("orch ps --daemon_type mgr"),
  line("orch ps --service_name mds.fs --format json"),
  line("orch ps --format yaml"),
  line("orch ps nosuch"),
  line("orch device ls"),
  line("orch device ls node-b --wide"),
  line("orch device ls --format json"),
  line("orch device ls --format yaml"),
  line("orch device ls node-a"),
];

const SPECS: readonly Case[] = [
  apply("service_type: mon\nplacement:\n  count: 3\n"),
  apply("service_type: nfs\nservice_id: a\n---\n---\nservice_type: mgr\nunmanaged: yes\n"),
  apply('{"service_type": "nfs", "service_id": "b", "spec": {"port": 12}}'),
  apply("service_type: host\nhostname: h1\naddr: 1.2.3.4\nlabels: [a, b]\n"),
  apply(
    "service_type: osd\nservice_id: x\nplacement:\n  host_pattern: '*'\nspec:\n  data_devices:\n    all: true\n",
  ),
  apply(
    "service_type: osd\nservice_id: x\nplacement:\n  host_pattern: 'nosuch'\nspec:\n  data_devices:\n    all: true\n",
  ),
  apply(
    "service_type: osd\nservice_id: x\nplacement:\n  host_pattern: '*'\nspec:\n  data_devices:\n    size: 1\n    nosuch: 2\n",
  ),
  apply("service_type: mds\nservice_id: a\n"),
  apply("service_type: mds\n"),
  apply("placement: {}\n"),
  apply("- a\n"),
  apply("service_type: mon\nconfig:\n  no_such_option: 3\n"),
  apply("service_type: mon\nconfig:\n  osd_max_backfills: 3\n"),
  apply("service_type: mon\nnetworks: [10.0.0.1/8]\n"),
  line("orch apply mon", "service_type: mon\n"),
  line("orch apply --dry-run", "service_type: mon\n"),
  line("orch apply mon 3"),
  line("orch apply"),
  line("orch apply nosuch"),
  line("orch apply crash"),
  line("orch apply mds a"),
  line("orch apply rgw a --realm r"),
  line("orch apply nfs a"),
  line("orch apply iscsi p u pw"),
  line("orch apply snmp-gateway V2c x"),
  line("orch apply osd --all-available-devices"),
  line("orch apply osd --all-available-devices --dry-run"),
  placed("0"),
  placed("label:a label:b"),
  placed("a*;b*"),
  placed("a label:b"),
  placed("a_b"),
];

const DEEDS: readonly Case[] = [
  ...[
    "raise_validation_error",
    "raise_error",
    "raise_not_implemented",
    "raise_no_orchestrator",
    "raise_import_error",
  ]
    .map((host) => line(`orch host add ${host}`)),
  line("orch host add h2 1.2.3.4 --labels a,b --maintenance"),
  line("orch host rm h2 --force"),
  line("orch host drain h1"),
  line("orch host label add h1 x"),
  line("orch start mds.fs"),
  line("orch daemon restart mon.a"),
  line("orch daemon restart mon"),
  line("orch daemon rm mon.a"),
  line("orch daemon rm mon.a --force"),
  line("orch daemon add"),
  line("orch daemon add mds a"),
  line("orch daemon add rgw a --port 80"),
  line("orch daemon add osd"),
  line("orch daemon add osd nosuch:/dev/vdb"),
  line("orch daemon add osd a"),
  line("orch osd rm 1"),
  line("orch device zap a /dev/x"),
  line("orch rm mon"),
  line("orch rm mds.fs"),
  line("orch pause"),
  line("orch resume"),
  line("orch cancel"),
  line("orch upgrade status"),
  line("orch upgrade check --image v15.2.0"),
  [["orch", "set", "backend", ""]],
  line("orch ls"),
];

/** In their order. */
export const ORCHESTRATOR_CASES: readonly Case[] = [...WITHOUT_BACKEND, ...LISTS, ...SPECS, ...DEEDS];
