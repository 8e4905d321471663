/**
 * Tests of modules without Ceph: a manager in memory, and time that passes when a test says so.
 *
 * @module
 */

export type { TestCounter } from "./counters.ts";
export { FakeTime } from "./fake_time.ts";
export type { Answer, ClusterLogEntry, LogLine } from "./memory_host.ts";
export type { RemoteMethods } from "./remote_modules.ts";
export type { CommandAnswer, SentCommand, TestReply } from "./sent_commands.ts";
export { type CommandResult, type ModuleClass, TestManager, type TestSetup } from "./test_manager.ts";
