/** A disk that is really full: a small file system of its own, which only root may mount. */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { systemClock } from "../../mgr/time/clock.ts";
import { DevCluster } from "../../tools/dev_cluster/dev_cluster.ts";
import { ClusterDirectory, DEFAULT_PLAN, DirectoryError } from "../../tools/dev_cluster/directory.ts";
import { Admin, until } from "./admin.ts";

const DISK_BYTES = 8 * 1024 * 1024;
const VALUE = "x".repeat(20_000);
const PLAN = { ...DEFAULT_PLAN, osds: 0 };

function run(...words: readonly [string, ...string[]]): boolean {
  const [program, ...args] = words;
  return new Deno.Command(program, { args, stdout: "null", stderr: "null" }).outputSync().success;
}

/** Whether this process may mount; containers often may not, even as root. */
function canMount(): boolean {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const path = Deno.makeTempDirSync();
  const mounted = run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path);
  if (mounted) run("umount", path);
  Deno.removeSync(path);
  return mounted;
}

/** A disk and a file that fills what is left of it. */
class SmallDisk implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "ganglion-disk-" });

  constructor() {
    const size = `size=${DISK_BYTES}`;
    if (!run("mount", "-t", "tmpfs", "-o", size, "tmpfs", this.path)) throw new Error("Cannot mount a tmpfs");
  }

  /** Leaves no byte. */
  fill(): void {
    const file = Deno.openSync(`${this.path}/filler`, { create: true, append: true });
    try {
      for (const size of [65_536, 4_096, 1]) {
        const block = new Uint8Array(size);
        while (wrote(file, block));
      }
    } finally {
      file.close();
    }
  }

  makeRoom(): void {
    Deno.removeSync(`${this.path}/filler`);
  }

  [Symbol.dispose](): void {
    run("umount", "-l", this.path);
    Deno.removeSync(this.path);
  }
}

function wrote(file: Deno.FsFile, block: Uint8Array): boolean {
  try {
    return file.writeSync(block) === block.length;
  } catch {
    return false;
  }
}

function start(directory: ClusterDirectory, onFatal: (error: Error) => void): DevCluster {
  return DevCluster.start({ directory, clock: systemClock, onFatal });
}

const open = (disk: SmallDisk): ClusterDirectory => ClusterDirectory.open(`${disk.path}/.dev`, false, PLAN);

/** Writes until nothing is acknowledged any more; the keys that were. */
async function writeAll(admin: Admin, failed: () => boolean): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let i = 0; !failed(); i++) {
    const key = `k/${i}`;
    const result = await admin.command("config-key set", { key, val: VALUE }, 2_000).catch(() => undefined);
    if (result?.r === 0) acknowledged.push(key);
  }
  return acknowledged;
}

const ignore = !canMount();

Deno.test(
  { name: "A full disk stops the monitor with a reason; nothing acknowledged is lost", ignore },
  async () => {
    using disk = new SmallDisk();
    using directory = open(disk);
    const fatal: Error[] = [];
    let acknowledged: string[];
    {
      await using cluster = start(directory, (error) => fatal.push(error));
      using admin = new Admin(cluster);
      await admin.command("fsid");
      const writing = writeAll(admin, () => fatal.length > 0);
      await until(() => cluster.monitor.state.kv.values.size > 20, "some writes");
      disk.fill();
      acknowledged = await writing;
    }
    assertStringIncludes(fatal[0]!.message, `Cannot write ${directory.store}: the disk is full`);
    assert(acknowledged.length > 20, `only ${acknowledged.length} writes`);
    const room = "the disk is full. Make room and start it again: nothing is lost";
    assertThrows(() => start(directory, () => {}), DirectoryError, room);
    disk.makeRoom();
    await using again = start(directory, (error) => fatal.push(error));
    const { values } = again.monitor.state.kv;
    assertEquals(acknowledged.filter((key) => !values.has(key)), []);
    using admin = new Admin(again);
    assertEquals((await admin.command("config-key set", { key: "after", val: "1" })).r, 0);
    assertEquals(fatal.length, 1);
  },
);

Deno.test({ name: "A new cluster on a full disk says so and leaves nothing behind", ignore }, () => {
  using disk = new SmallDisk();
  disk.fill();
  assertThrows(() => open(disk), DirectoryError, "the disk is full");
  disk.makeRoom();
  using directory = open(disk);
  assert(directory.isNew);
});
