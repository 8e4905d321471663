/** Opening, accepting, and what strangers get. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { authenticator, Recorder, trusting } from "../../tests/fakes/trusting_auth.ts";
import { systemClock } from "../time/clock.ts";
import { EntityType } from "../types/entity_name.ts";
import type { RawMessage } from "../types/raw_message.ts";
import { makeBanner } from "./banner.ts";
import { type Connection, HANDSHAKE_TIMEOUT_MS, IDLE_LOOK_MS, IDLE_TIMEOUT_MS } from "./connection.ts";
import type { Acceptor, ListenOptions } from "./acceptor.ts";
import { Messenger } from "./messenger.ts";

const NOTHING = new Uint8Array(0);
const message = (tid: number): RawMessage => (
  {
    type: 97,
    version: 1,
    compat: 1,
    priority: 127,
    tid: BigInt(tid),
    front: NOTHING,
    middle: NOTHING,
    data: NOTHING,
  }
);

Deno.test("Messenger: two sessions of one address and nonce live side by side", async () => {
  const handler = new Recorder();
  const acceptor = new Messenger(EntityType.mgr, 0, systemClock).listen(
    { ip: "127.0.0.1", portMin: 20000, portMax: 29999, verifier: () => trusting, gid: () => 1n },
    handler,
  );
  acceptor.renew(42, "test");
  const peer = new Messenger(EntityType.client, 9, systemClock);
  const ends: Promise<Error>[] = [];
  const dial = async (): Promise<Connection> => {
    const open = Promise.withResolvers<Connection>();
    const end = Promise.withResolvers<Error>();
    ends.push(end.promise);
    await peer.connect(
      { addr: acceptor.addrs[0]!, peerType: EntityType.mgr, authenticator, gid: 7n },
      { open: open.resolve, message: () => {}, closed: (_, reason) => end.resolve(reason) },
    );
    return await open.promise;
  };
  const [one, two] = [await dial(), await dial()];
  one.send(message(1));
  two.send(message(2));
  while (handler.messages.length < 2) await settle();
  assertEquals([one.isOpen, two.isOpen, acceptor.size], [true, true, 2]);
  acceptor.close("done");
  await Promise.all(ends);
});

Deno.test("Acceptor closes an open session without a byte for 15 minutes", async () => {
  const clock = new FakeClock();
  const acceptor = new Messenger(EntityType.mgr, 0, clock).listen(
    { ip: "127.0.0.1", portMin: 20000, portMax: 29999, verifier: () => trusting, gid: () => 1n },
    new Recorder(),
  );
  acceptor.renew(42, "test");
  const [open, closed] = [Promise.withResolvers<Connection>(), Promise.withResolvers<void>()];
  await new Messenger(EntityType.client, 9, systemClock).connect(
    { addr: acceptor.addrs[0]!, peerType: EntityType.mgr, authenticator, gid: 7n },
    { open: open.resolve, message: () => {}, closed: () => closed.resolve() },
  );
  await open.promise;
  await clock.advance(IDLE_TIMEOUT_MS - 1);
  assertEquals(acceptor.size, 1);
  await clock.advance(IDLE_LOOK_MS);
  assertEquals(acceptor.size, 0);
  await closed.promise;
  acceptor.close("done");
});

/** An acceptor with few places, and a way to knock at it without a word. */
async function withFewPlaces(
  clock: FakeClock,
  body: (knock: () => Promise<Deno.TcpConn>, acceptor: Acceptor) => Promise<void>,
  limits: Pick<ListenOptions, "maxHandshakes" | "maxConnections" | "onFull"> = { maxHandshakes: 3 },
): Promise<void> {
  const acceptor = new Messenger(EntityType.mgr, 0, clock).listen(
    {
      ip: "127.0.0.1",
      portMin: 20000,
      portMax: 29999,
      verifier: () => trusting,
      gid: () => 1n,
      ...limits,
    },
    new Recorder(),
  );
  const { port } = acceptor.addrs[0]!;
  const knocking: Deno.TcpConn[] = [];
  const knock = async (): Promise<Deno.TcpConn> => {
    const tcp = await Deno.connect({ hostname: "127.0.0.1", port });
    knocking.push(tcp);
    return tcp;
  };
  try {
    await body(knock, acceptor);
  } finally {
    acceptor.close("done");
    for (const tcp of knocking) closeQuietly(tcp);
  }
}

function closeQuietly(tcp: Deno.TcpConn): void {
  try {
    tcp.close();
  } catch {
    // The test has closed it.
  }
}

/** What it says before it closes: the banner, or nothing. */
async function bytesUntilClosed(tcp: Deno.TcpConn): Promise<number> {
  const buffer = new Uint8Array(4096);
  let got = 0;
  for (;;) {
    const n = await tcp.read(buffer).catch(() => null);
    if (n === null) return got;
    got += n;
  }
}

Deno.test("Acceptor lets them wait who come while others have still to prove who they are", async () => {
  await withFewPlaces(new FakeClock(), async (knock, acceptor) => {
    const [first] = [await knock(), await knock(), await knock()];
    const late = await knock();
    while (acceptor.size < 3) await settle();
    const greeting = late.read(new Uint8Array(100));
    first!.close();
    assertEquals(await greeting, 26);
    assertEquals(acceptor.size, 3);
  });
});

Deno.test("Acceptor: those who do not go on make room, also when they say a byte now and then", async () => {
  const clock = new FakeClock();
  await withFewPlaces(clock, async (knock, acceptor) => {
    const [silent, slow, greeting] = [await knock(), await knock(), await knock()];
    const late = await knock();
    while (acceptor.size < 3) await settle();
    const banner = makeBanner();
    for (let looks = 0; looks < 7; looks++) {
      await slow!.write(banner.subarray(looks, looks + 1));
      if (looks === 4) await greeting!.write(banner);
      for (let i = 0; i < 5; i++) await settle();
      await clock.advance(500);
    }
    assertEquals([await bytesUntilClosed(silent!), await bytesUntilClosed(slow!)], [26, 26]);
    assertEquals(await late.read(new Uint8Array(100)), 26);
    assertEquals(acceptor.size, 2);
  });
});

Deno.test("Acceptor tells when it is full, and ten seconds after that is over", async () => {
  const clock = new FakeClock();
  const told: (string | undefined)[] = [];
  await withFewPlaces(clock, async (knock, acceptor) => {
    const [first] = [await knock(), await knock()];
    while (told.length < 1) await settle();
    const late = await knock();
    assertEquals(acceptor.size, 2);
    first!.close();
    while (acceptor.size > 1) await settle();
    await clock.advance(100);
    assertEquals(await late.read(new Uint8Array(100)), 26);
    late.close();
    while (acceptor.size > 1) await settle();
    assertEquals(told, ["2 are open, and that is the limit"]);
    await clock.advance(9_999);
    assertEquals(told.length, 1);
    await clock.advance(101);
    assertEquals(told.slice(1), [undefined]);
  }, { maxConnections: 2, onFull: (why) => void told.push(why) });
});

Deno.test("Acceptor closes silent peers after ten seconds, whatever they have said before", async () => {
  const clock = new FakeClock();
  await withFewPlaces(clock, async (knock, acceptor) => {
    const [silent, greeting] = [await knock(), await knock()];
    await greeting.write(makeBanner());
    while (acceptor.size < 2) await settle();
    for (let i = 0; i < 5; i++) await settle();
    await clock.advance(HANDSHAKE_TIMEOUT_MS);
    assertEquals(acceptor.size, 0);
    // The banner; and HELLO after the peer's own banner.
    assertEquals(await bytesUntilClosed(silent), 26);
    assert(await bytesUntilClosed(greeting) > 26);
  });
});

Deno.test("Messenger.listen() survives garbage: that connection is closed, others go on", async () => {
  const handler = new Recorder();
  const acceptor = new Messenger(EntityType.mgr, 0, systemClock).listen(
    { ip: "127.0.0.1", portMin: 20000, portMax: 29999, verifier: () => trusting, gid: () => 1n },
    handler,
  );
  acceptor.renew(42, "test");
  const addr = acceptor.addrs[0]!;
  const good = Promise.withResolvers<Connection>();
  const end = Promise.withResolvers<Error>();
  await new Messenger(EntityType.client, 9, systemClock).connect(
    { addr, peerType: EntityType.mgr, authenticator },
    { open: (c) => good.resolve(c), message: () => {}, closed: (_, reason) => end.resolve(reason) },
  );
  const connection = await good.promise;
  const bad = await Deno.connect({ hostname: addr.ip, port: addr.port });
  await bad.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  const buffer = new Uint8Array(4096);
  let got = 0;
  for (
    let n = await bad.read(buffer).catch(() => null);
    n !== null;
    n = await bad.read(buffer).catch(() => null)
  ) got += n;
  assertEquals(got, 26);
  bad.close();
  assertEquals([connection.isOpen, acceptor.size], [true, 1]);
  acceptor.renew(43, "a new tenure");
  assertMatch((await end.promise).message, /closed the connection/);
  acceptor.close("done");
});

Deno.test("Messenger.listen() takes the first free port and says when there is none", () => {
  const first = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = first.addr as Deno.NetAddr;
  const options = { ip: "127.0.0.1", portMin: port, portMax: port, verifier: () => trusting, gid: () => 1n };
  const messenger = new Messenger(EntityType.mgr, 0, systemClock);
  try {
    messenger.listen(options, new Recorder());
    assert(false, "it listened on a taken port");
  } catch (e) {
    assertStringIncludes(String(e), `no free port in ${port}..${port}`);
  }
  first.close();
});
