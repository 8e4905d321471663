/** The options and commands of the self-test: names and types are those of Ceph's, which its tests rely on. */

import { commands, options } from "@ganglion/sdk";

/** Nothing but the tests uses them. */
export const OPTIONS = options({
  testkey: {},
  testlkey: {},
  testnewline: {},
  roption1: {},
  roption2: { type: "str", default: "xyz" },
  rwoption1: {},
  rwoption2: { type: "int" },
  rwoption3: { type: "float" },
  rwoption4: { type: "str" },
  rwoption5: { type: "bool" },
  rwoption6: { type: "bool", default: true },
  rwoption7: { type: "int", min: 1, max: 42 },
});

const key = { type: "CephString" } as const;

/** What `ceph mgr self-test` can do. */
export const COMMANDS = commands({
  "mgr self-test run": { desc: "Run mgr module interface tests", perm: "rw" },
  "mgr self-test background start": {
    desc: "Activate a background workload (one of command_spam, throw_exception)",
    perm: "rw",
    args: { workload: { type: "CephString" } },
  },
  "mgr self-test background stop": { desc: "Stop background workload if any is running", perm: "rw" },
  "mgr self-test config get": { desc: "Peek at a configuration value", perm: "rw", args: { key } },
  "mgr self-test config get_localized": {
    desc: "Peek at a configuration value (localized variant)",
    perm: "rw",
    args: { key },
  },
  "mgr self-test remote": { desc: "Test inter-module calls", perm: "rw" },
  "mgr self-test module": {
    desc: "Run another module's self_test() method",
    perm: "rw",
    args: { module: { type: "CephString" } },
  },
  "mgr self-test health set": {
    desc: "Set a health check from a JSON-formatted description.",
    perm: "rw",
    args: { checks: { type: "CephString" } },
  },
  "mgr self-test health clear": {
    desc: "Clear health checks by name. If no names provided, clear all.",
    perm: "rw",
    args: { checks: { type: "CephString", n: "N", req: false } },
  },
  "mgr self-test insights_set_now_offset": {
    desc: "Set the now time for the insights module.",
    perm: "rw",
    args: { hours: { type: "CephString" } },
  },
  "mgr self-test cluster-log": {
    desc: "Create an audit log record.",
    perm: "rw",
    args: {
      channel: { type: "CephString" },
      priority: { type: "CephString" },
      message: { type: "CephString" },
    },
  },
  "mgr self-test python-version": {
    desc: "Query the version of the runtime that modules run in",
    perm: "r",
  },
});
