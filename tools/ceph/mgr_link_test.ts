/** The way to the active manager, while managers come and go. */

import { assertEquals, assertRejects } from "@std/assert";
import { MMgrMap } from "../../mgr/messages/mgr_map.ts";
import { pack, type RawMessage } from "../../mgr/messages/message.ts";
import { AuthRefusedError } from "../../mgr/msgr/errors.ts";
import { BLANK_MGR_MAP, type MgrMap } from "../../mgr/types/mgr_map.ts";
import { MgrLink } from "./mgr_link.ts";
import type { Peer } from "./peer.ts";

function mgrMap(gid: bigint, available = true): RawMessage {
  const activeAddrs = [{ type: 2, nonce: 7, ip: "127.0.0.1", port: Number(gid) }];
  const map: MgrMap = { ...BLANK_MGR_MAP, epoch: 1, activeAddrs, activeGid: gid, available, activeName: "x" };
  return pack(MMgrMap, { map });
}

const ANSWER = { r: 0, rs: "", data: new Uint8Array(0) };

/** A link whose peers are numbers of ports; `fail` says which cannot be dialled. */
function linkTo(peers: { fail?: (port: number) => Error | undefined; onSleep?: () => void }) {
  const dialled: number[] = [];
  const said: string[] = [];
  const open = { isOpen: true, close() {} } as Partial<Peer> as Peer;
  const link = new MgrLink({
    subscribe: () => void said.push("subscribe"),
    dial(addr) {
      dialled.push(addr.port);
      const error = peers.fail?.(addr.port);
      return error ? Promise.reject(error) : Promise.resolve(open);
    },
    sleep: () => Promise.resolve(peers.onSleep?.()),
    waiting: (why) => void said.push(why),
  });
  return { link, dialled, said };
}

Deno.test("MgrLink.ask() waits for a manager that is available, and says so", async () => {
  const { link, dialled, said } = linkTo({});
  const answer = link.ask(() => Promise.resolve(ANSWER));
  link.message(mgrMap(1n, false));
  // The map is taken, and found wanting, before the next one comes.
  await new Promise((resolve) => setTimeout(resolve));
  link.message(mgrMap(2n));
  assertEquals(await answer, ANSWER);
  assertEquals([dialled, said], [[2], ["subscribe", "no manager is active"]]);
});

Deno.test("MgrLink.ask() keeps its connection", async () => {
  const { link, dialled } = linkTo({});
  link.message(mgrMap(1n));
  await link.ask(() => Promise.resolve(ANSWER));
  await link.ask(() => Promise.resolve(ANSWER));
  assertEquals(dialled, [1]);
});

Deno.test("MgrLink.ask() follows when another manager takes over", async () => {
  const gone = new Error("Connection refused");
  const { link, dialled, said } = linkTo({
    fail: (port) => port === 1 ? gone : undefined,
    onSleep: () => link.message(mgrMap(2n)),
  });
  link.message(mgrMap(1n));
  assertEquals(await link.ask(() => Promise.resolve(ANSWER)), ANSWER);
  assertEquals(dialled, [1, 2]);
  assertEquals(said[1], "the manager at v2:127.0.0.1:1/7: Connection refused");
});

Deno.test("MgrLink.ask() does not try again where it is refused", async () => {
  const refusal = { method: 2, result: -13, allowedMethods: [], allowedModes: [] };
  const { link } = linkTo({ fail: () => new AuthRefusedError(refusal) });
  link.message(mgrMap(1n));
  await assertRejects(() => link.ask(() => Promise.resolve(ANSWER)), AuthRefusedError);
});
