/** Commands to monitors and OSDs: answered, refused, and to a daemon that has no answer for it. */

import { CommandError, NotSupportedError } from "@ganglion/sdk";
import { expectEqual, expectRejection, expectSome, type Tested } from "./check.ts";

/** A weight that no OSD may have. */
const TOO_HEAVY = 2;

/** The monitors' answers, and their refusals with the errno. */
export async function checkMonCommands(module: Tested): Promise<void> {
  expectEqual("the retval of osd stat", (await module.monCommand({ prefix: "osd stat" })).retval, 0);
  const json = (await module.checkMonCommand({ prefix: "osd stat", format: "json" })).stdout;
  expectSome("the epoch of osd stat", JSON.parse(json).epoch);
  const refused = () => module.checkMonCommand({ prefix: "osd reweight", id: 0, weight: TOO_HEAVY });
  expectEqual(
    "the error of a refusal",
    (await expectRejection("a wrong weight", refused)).name,
    CommandError.name,
  );
}

/** An OSD that is up, in both ways. */
export async function checkOsdCommands(module: Tested): Promise<void> {
  const { osds } = await module.get("osd_map", { fields: ["osds"] });
  const up = osds.find(({ up }) => up === 1);
  if (up === undefined) return;
  const { stdout } = await module.osdCommand(up.osd, { prefix: "version" });
  expectSome("the version of an OSD", JSON.parse(stdout).version);
  expectEqual("tell()", (await module.tell(`osd.${up.osd}`, { prefix: "version" })).stdout, stdout);
}

/** Objects are reached when somebody asks for a pool; file systems are not there yet. */
export async function checkStorage(module: Tested): Promise<void> {
  expectSome("rados", module.rados);
  const cephfs = () => Promise.resolve().then(() => module.cephfs);
  expectEqual("the error of cephfs", (await expectRejection("cephfs", cephfs)).name, NotSupportedError.name);
}
