/** Commands that the stock CLI and ours must answer alike. */

/** One row. `{d}` stands for a directory with the test's files. */
export interface CliCase {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Files of `{d}` whose content is compared as well. */
  readonly files?: readonly string[];
  /**
   * The stock CLI prints an exception of Python, or nothing but librados' log: only the exit code, stdout and this
   * beginning of the last line of stderr are compared.
   */
  readonly begins?: string;
}

const words = (line: string): CliCase => ({ args: line.split(" ") });

/** Without a manager: what the monitors answer, and what needs no cluster at all. */
export const WITHOUT_MGR: readonly CliCase[] = [
  "fsid",
  "-f json fsid",
  "fsid -f xml",
  "-- osd pool ls detail",
  "osd tree",
  "osd tre",
  "osd",
  "foo",
  "mgr stat",
  "fsid --nope",
  "osd pool create",
  "osd pool create a b c d e f g h i j k",
  "osd pool create y --pg-num=4 --autoscale-mode offf",
  "osd pool get nope size",
  "osd reweight 0 7",
  "osd reweight 0 1",
  "osd in osd.0 1 foo",
  "osd set noout",
  "osd unset noout",
  "osd blocklist add 1.2.3.4.5",
  "osd blocklist add [::1]:7/12",
  "osd getcrushmap -o {d}/map",
  "config set global nope 1",
  "config get mgr --nope",
  "config get mgr mgr_tick_period",
  "auth get client.admin",
  "auth get client.nope -f json",
  "mon dump 77",
  "log hello",
  "tell mon.a version",
  "tell mon.0 version -f json",
  "tell mon.b version",
  "tell mon.* version",
  "tell osd.0 version",
  "tell osd.* version",
  "tell osd.9 version",
  "tell osd.x version",
  "tell osd.0 config get nope",
  "tell osd.0 injectargs --debug-osd 1",
  "tell osd.0",
  "tell",
  "tell foo version",
  "tell mds.a version",
  "tell 99.0 query",
  "ping foo",
  "daemon osd.0 version",
  "daemon osd.0 foo",
  "daemon mon.z version",
  "--admin-daemon {d}/none version",
  "osd tree -f foo",
  "--connect-timeout x -s",
  "-i {d}/none status",
  "-o {d}/none/x status",
  "-m 127.0.0.1:1 --connect-timeout 1 fsid",
  "fsid --keyring",
  "-n client.nobody fsid",
  "-k {d}/wrong.keyring fsid",
  "-k {d}/bad.keyring fsid",
  "-k {d}/none fsid",
  "--key AQAbcd== fsid",
  "-n client.ro -k {d}/ro.keyring osd pool create p",
  "-n client.ro -k {d}/ro.keyring tell osd.0 version",
].map(words).concat([
  { args: ["osd", "pool", "create", "it's"], stdin: "" },
  { args: ["osd", "pool", "create", "it's", "it's", "\u00e9"], stdin: "" },
  { args: ["config-key", "set", "k1", "-i", "-"], stdin: "value\n" },
  { args: ["config-key", "get", "k"] },
  { args: ["config-key", "set", "k2", "-i", "{d}/value"] },
  { args: ["config-key", "get", "k", "-o", "{d}/value.out"], files: ["value.out"] },
  { args: [], stdin: "fsid\n\nosd pool ls\nnope\nq\nfsid" },
  { args: ["osd"], env: { CEPH_ARGS: "tree -f json" } },
  { args: ["-c", "{d}/none", "-s"], begins: "Error initializing cluster client: " },
  { args: ["-c", "{d}/bad.conf", "-s"], begins: "Error initializing cluster client: " },
  { args: ["-n", "foo", "-s"], begins: "Error initializing cluster client: " },
  { args: ["--debug-ms", "nope", "fsid"], begins: "Error initializing cluster client: " },
  { args: ["-c", "{d}/empty.conf", "fsid"], begins: "[errno 2] RADOS object not found (error connecting" },
]);

/** With the real ceph-mgr. */
export const WITH_MGR: readonly CliCase[] = [
  "-s",
  "status -f json",
  "health detail",
  "osd df",
  "osd df tree -f json",
  "pg stat",
  "pg dump pgs_brief",
  "pg 1.0 query",
  "tell 1.0 query",
  "pg 99.0 query",
  "mgr module enable nope",
  "balancer status",
  "balancer mode nope",
  "crash info nope",
  "fs status nope",
  "telemetry show --license",
  "tell mgr version",
  "tell mgr.x version -f json",
  "tell mgr.* version",
  "tell mgr foo",
  "osd safe-to-destroy 0",
  "osd ok-to-stop 9 -f json",
  "-n client.ro -k {d}/ro.keyring osd df",
  "-n client.ro -k {d}/ro.keyring tell mgr version",
].map(words);
