/** A DNS server on loopback that knows a few SRV records, and says NXDOMAIN to all else. */

import { createSocket } from "node:dgram";
import { Encoder } from "../../mgr/encoding/mod.ts";
import type { SrvRecord } from "../../mgr/config/mon_host.ts";

const SRV = 33;
const IN = 1;
const TTL = 60;
/** Answer, recursion available; the two low bits of NXDOMAIN. */
const OK = 0x8180;
const NXDOMAIN = 0x8183;

/** Where it listens; dispose of it. */
export interface FakeDns extends AsyncDisposable {
  readonly ip: string;
  readonly port: number;
  /** Names that it was asked for. */
  readonly asked: readonly string[];
}

/** Starts a server; `records` by lower-case name. */
export async function startFakeDns(records: ReadonlyMap<string, readonly SrvRecord[]>): Promise<FakeDns> {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (query: Uint8Array, from: { address: string; port: number }) => {
    const { name, end } = readQuestion(query);
    asked.push(name);
    socket.send(answer(query, end, records.get(name)), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", () => resolve()));
  return {
    ip: "127.0.0.1",
    port: socket.address().port,
    asked,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void socket.close(() => resolve())),
  };
}

/** The name that is asked for and the offset behind the question. */
function readQuestion(query: Uint8Array): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(new TextDecoder().decode(query.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 5 };
}

/** DNS is big-endian. */
const u16 = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 0xff);

function answer(query: Uint8Array, end: number, records: readonly SrvRecord[] | undefined): Uint8Array {
  const list = records ?? [];
  const e = new Encoder().raw(query.subarray(0, 2)).raw(u16(records ? OK : NXDOMAIN));
  for (const count of [1, list.length, 0, 0]) e.raw(u16(count));
  e.raw(query.subarray(12, end));
  for (const { priority, weight, port, target } of list) {
    const name = new Encoder();
    for (const label of target.split(".").filter((part) => part !== "")) {
      name.u8(label.length).raw(new TextEncoder().encode(label));
    }
    const data = new Encoder().raw(u16(priority)).raw(u16(weight)).raw(u16(port)).raw(name.u8(0).finish())
      .finish();
    // 0xc00c: the name of the question.
    for (const n of [0xc00c, SRV, IN, 0, TTL, data.length]) e.raw(u16(n));
    e.raw(data);
  }
  return e.finish();
}
