/**
 * Tests of modules without Ceph: a manager in memory, and time that passes when a test says so.
 *
 * @module
 */

export type { CounterValue } from "./cluster/daemons.ts";
export type { ClusterSetup, PoolSetup } from "./cluster/setup.ts";
export { TestCluster } from "./cluster/test_cluster.ts";
export type { TestCounter } from "./counters.ts";
export { FakeTime } from "./fake_time.ts";
export type { Answer, ClusterLogEntry, LogLine } from "./memory_host.ts";
export type { Refusal, TestPermissions } from "./memory_permissions.ts";
export type { TestPool } from "./memory_rados.ts";
export type { RemoteMethods } from "./remote_modules.ts";
export type { CommandAnswer, SentCommand, TestReply } from "./sent_commands.ts";
export { formatRecording, parseRecording, type RecordedModule, type Recording } from "./recording.ts";
export type { TestQuery } from "./memory_queries.ts";
export { TestManager } from "./test_manager.ts";
export type {
  CommandResult,
  ModuleClass,
  Role,
  StandbyClass,
  StandbySetup,
  TestSetup,
} from "./test_setup.ts";
