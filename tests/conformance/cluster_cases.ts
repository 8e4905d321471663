/** What holds for every module of the cluster around it: notifications, log, progress, answers, standing by. */

import { assert, assertEquals } from "@std/assert";
import { output, type World } from "./world.ts";

const notified = (world: World): Promise<string[]> => output(world, "box notified") as Promise<string[]>;

/** Writes a line of each level; answers with those that came to the manager's log. */
async function say(world: World): Promise<string[]> {
  const before = (await world.log()).length;
  await output(world, "box say");
  // An error is always written, and it is the last one.
  await world.until(
    "the last line",
    async () => (await world.log()).slice(before).includes("said by a part"),
  );
  return (await world.log()).slice(before).filter((text) => text.startsWith("said "));
}

/** Says lines until those are written: a change of an option comes a moment later. */
function says(world: World, lines: readonly string[]): Promise<void> {
  const expected = [...lines, "said by a part"].join();
  return world.until(`${lines}`, async () => (await say(world)).join() === expected);
}

/** By name. */
export const CLUSTER_CASES: Readonly<Record<string, (world: World) => Promise<void>>> = {
  async "the log has lines from the level on that the module's option says"(world) {
    await says(world, ["said info", "said warning", "said error"]);
    await world.setOption("log_level", "debug");
    await says(world, ["said debug", "said info", "said warning", "said error"]);
    await world.setOption("log_level", "error");
    await says(world, ["said error"]);
    await world.setOption("log_level", null);
    await says(world, ["said info", "said warning", "said error"]);
  },

  async "the cluster log has lines when the module's options say so"(world) {
    await world.setOption("log_to_cluster_level", "error");
    await world.setOption("log_to_cluster", "true");
    await world.until("the line", async () => {
      await say(world);
      return (await world.clusterLog()).includes("said by a part");
    });
    assert(!(await world.clusterLog()).includes("said warning"));
    await world.setOption("log_to_cluster", null);
    await world.setOption("log_to_cluster_level", null);
  },

  async "the module is notified of what it wants to be told, and of nothing else"(world) {
    const epoch = Number(await output(world, "box epoch"));
    const before = (await notified(world)).length;
    await world.changeOsdMap();
    await world.until("osd_map", async () => (await notified(world)).slice(before).includes("osd_map"));
    await world.until("the epoch", async () => Number(await output(world, "box epoch")) > epoch);
    const kinds = new Set((await notified(world)).map((line) => line.replace(/:.*/, "")));
    assertEquals([...kinds].filter((kind) => !["osd_map", "health", "clog", "command"].includes(kind)), []);
  },

  async "the tag of a command is told when it was answered, by whomever it was sent"(world) {
    const send = (tag: string): Promise<unknown> =>
      output(world, "box send", { target: "mon", id: "", command: '{"prefix":"fsid"}', tag });
    const before = (await notified(world)).length;
    await send("first");
    await send("second");
    await world.until("both tags", async () => {
      const tags = (await notified(world)).slice(before).filter((line) => line.startsWith("command: "));
      return tags.join() === "command: first,command: second";
    });
  },

  async "a health check of the module is told to it as to all: in health, in the cluster log"(world) {
    const checks = { BOX_OPEN: { severity: "warning", summary: "the box is open" } };
    const before = (await notified(world)).length;
    await output(world, "box health", { checks: JSON.stringify(checks) });
    const failed = "clog: Health check failed: the box is open (BOX_OPEN)";
    const heard = async (line: string) => (await notified(world)).slice(before).includes(line);
    await world.until("the entry", () => heard(failed));
    await world.until("health", () => heard("health"));
    await output(world, "box health", { checks: "{}" });
    await world.until("its end", () => heard("clog: Health check cleared: BOX_OPEN (was: the box is open)"));
  },

  async "progress is seen until it is complete"(world) {
    await output(world, "box progress", { id: "e1", message: "packing", progress: 0.25 });
    await world.until("the event", async () => (await world.progress()).e1 === "packing");
    await output(world, "box progress", { id: "e1", message: "packing more", progress: 0.5 });
    await world.until("the new text", async () => (await world.progress()).e1 === "packing more");
    await output(world, "box progress", { id: "e1" });
    await output(world, "box progress", { id: "was never there" });
    await world.until("no event", async () => !("e1" in await world.progress()));
  },

  async "an answer is the same object while nothing changes, and what is done to it harms nobody else"(
    world,
  ) {
    const facts = () => output(world, "box facts");
    const before = await facts();
    assertEquals(await output(world, "box spoil"), true);
    await world.restart();
    assertEquals(await facts(), before);
  },

  async "what stands by reads options, keys and data, and knows who is active"(world) {
    await world.setOption("place", "Mars");
    await world.setStore("k", "v");
    await output(world, "box uri", { uri: "http://127.0.0.1:1/" });
    await world.until("the address", async () => "box" in await world.services());
    assertEquals(await world.standby(), [
      'stands by: {"place":"Mars","key":"v","behind":true,"uri":true,"tick":5}',
      "stands by no longer",
    ]);
    await output(world, "box uri", { uri: "" });
    await world.setOption("place", null);
    await world.setStore("k", null);
  },
};
