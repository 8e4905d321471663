/** A client at a monitor that fails in every way that tests can ask for. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { MMonCommand, MMonCommandAck } from "../../mgr/messages/mon_command.ts";
import { AddrType } from "../../mgr/types/entity_addr.ts";
import type { DevCluster } from "../../tools/dev_cluster/dev_cluster.ts";
import { Admin, until, withCluster } from "./admin.ts";

const text = (data: Uint8Array): string => new TextDecoder().decode(data);

/** A cluster of a monitor alone, and its client. */
function withAdmin(body: (admin: Admin, cluster: DevCluster) => Promise<void>): Promise<void> {
  return withCluster({ osds: 0 }, async (cluster) => {
    using admin = new Admin(cluster);
    await body(admin, cluster);
  });
}

Deno.test("A command whose answer is dropped runs into its time-out; one that is delayed comes", () =>
  withAdmin(async (admin, { monitor: { chaos } }) => {
    const drop = chaos.add({
      action: { kind: "drop" },
      direction: "out",
      type: MMonCommandAck.type,
      times: 1,
    });
    await assertRejects(() => admin.command("fsid", {}, 200));
    assertEquals(drop.hits, 1);
    chaos.add({ action: { kind: "delay", ms: 100 }, direction: "in", type: MMonCommand.type, times: 1 });
    const began = performance.now();
    assertEquals((await admin.command("fsid")).r, 0);
    assert(performance.now() - began >= 95);
  }));

Deno.test("A connection that is reset is opened again, and the command is sent again", () =>
  withAdmin(async (admin, { monitor: { chaos } }) => {
    chaos.add({ action: { kind: "reset" }, direction: "in", type: MMonCommand.type, times: 1 });
    assertEquals((await admin.command("fsid")).r, 0);
    assertEquals(admin.events, ["up", "down", "up"]);
  }));

Deno.test("Answers may come in another order", () =>
  withAdmin(async (admin, { monitor: { chaos } }) => {
    await admin.command("fsid");
    chaos.add({ action: { kind: "reorder" }, direction: "out", type: MMonCommandAck.type, times: 2 });
    const order: string[] = [];
    const ask = async (prefix: string): Promise<void> => {
      await admin.command(prefix);
      order.push(prefix);
    };
    await Promise.all([ask("fsid"), ask("mon stat")]);
    assertEquals(order, ["mon stat", "fsid"]);
  }));

Deno.test("A frozen monitor is given up; when it goes on, so do we", () =>
  withAdmin(async (admin, { monitor: { chaos } }) => {
    await admin.command("fsid");
    chaos.freeze();
    await until(() => admin.events.includes("down"), "the loss of the session");
    const answer = admin.command("fsid");
    chaos.thaw();
    assertEquals((await answer).r, 0);
    assertEquals(admin.events.at(-1), "up");
  }));

Deno.test("A restart loses nothing that was acknowledged", () =>
  withAdmin(async (admin, cluster) => {
    assertEquals((await admin.command("config-key set", { key: "k", val: "v" })).r, 0);
    const { monitor } = cluster;
    const electionEpoch = monitor.state.mon.electionEpoch;
    const answer = admin.command("config-key get", { key: "k" });
    await cluster.restartMonitor(100);
    await answer;
    await until(() => admin.events.length >= 3, "a new session");
    assertEquals(text((await admin.command("config-key get", { key: "k" })).data), "v");
    assert(cluster.monitor !== monitor && cluster.monitor.state.mon.electionEpoch > electionEpoch);
  }));

Deno.test("A monitor that lets nobody in is hopeless; with open sessions it goes on", () =>
  withAdmin(async (admin, cluster) => {
    await admin.command("fsid");
    cluster.monitor.chaos.refuseLogins();
    using stranger = new Admin(cluster);
    await until(() => stranger.events.length > 0, "the end of the tries");
    assert(stranger.events[0]!.startsWith("Cannot log in"), stranger.events[0]);
    assertEquals((await admin.command("fsid")).r, 0);
    cluster.monitor.chaos.clear();
  }));

Deno.test("A client can be sent elsewhere, and told wrong epochs", () =>
  withAdmin(async (admin, { monitor }) => {
    await admin.command("fsid");
    const { epoch } = monitor.state.osd.map;
    monitor.chaos.lieAboutEpochs(5);
    assertEquals((await admin.mon.getVersion("osdmap", { timeoutMs: 5_000 })).version, epoch + 5);
    const elsewhere = { type: AddrType.msgr2, nonce: 0, ip: "127.0.0.1", port: 1 };
    monitor.chaos.redirectTo([elsewhere]);
    const reset = { action: { kind: "reset" }, direction: "in", type: MMonCommand.type, times: 1 } as const;
    monitor.chaos.add(reset);
    await assertRejects(() => admin.command("fsid", {}, 500));
    await until(() => admin.monMap?.monInfo.get("a")?.publicAddrs[0]?.port === 1, "the other address");
  }));

Deno.test("A monitor whose clock is wrong stamps what it writes with its own time", () =>
  withAdmin(async (admin, { monitor }) => {
    monitor.chaos.clock.skew(-3_600_000);
    await admin.command("osd setmaxosd", { newmax: 3 });
    const { modified } = monitor.state.osd.map;
    assert(Math.abs(modified.sec - (Date.now() / 1000 - 3600)) < 60);
  }));
