/** A process that takes a module's place and does not keep to the protocol. Run with the path of its socket and a mode. */

import { CONTRACT_VERSION, type ModuleDescription } from "../../../mgr/host/contract.ts";
import { FrameDecoder, FrameEncoder } from "../../../mgr/host/frames.ts";

const [path, mode] = Deno.args as [string, Mode];

/** What it does instead. */
export type Mode = keyof typeof MODES;

const encoder = new FrameEncoder(1e6);
const decoder = new FrameDecoder(1e6);
const forEver = new Promise<void>(() => {});

async function send(connection: Deno.UnixConn, ...frames: readonly Uint8Array[]): Promise<void> {
  for (const frame of frames) {
    for (let at = 0; at < frame.length;) at += await connection.write(frame.subarray(at));
  }
}

const header = (envelope: number, attachments: number): Uint8Array => {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, envelope);
  view.setUint32(4, attachments);
  return new Uint8Array(view.buffer);
};

/** Answers each call with what is given for its name; others with these bytes, which are no answer. */
async function answerAll(
  connection: Deno.UnixConn,
  answers: Readonly<Record<string, unknown>>,
  otherwise: readonly Uint8Array[] = [],
): Promise<void> {
  for (;;) {
    const n = await connection.read(decoder.space());
    if (n === null) return;
    decoder.filled(n);
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
      const [kind, id, name] = frame as [number, number, string];
      if (kind !== 0) continue;
      if (name in answers) await send(connection, ...encoder.encode([1, id, name, answers[name]]));
      else await send(connection, ...otherwise);
    }
  }
}

const GOOD: ModuleDescription = {
  options: {},
  commands: {},
  notifyTypes: [],
  exports: [],
  hasStandby: false,
  hasCanRun: false,
};
const HELLO = { hello: CONTRACT_VERSION };

/** Says hello and what it is; whatever else it is called for, it sends these bytes. */
const thenSends = (...bytes: readonly Uint8Array[]) => async (connection: Deno.UnixConn): Promise<void> => {
  await answerAll(connection, { ...HELLO, load: GOOD }, bytes);
  await forEver;
};

const MODES = {
  /** Takes the connection and says nothing. */
  mute: () => forEver,
  /** Closes the connection and lives on. */
  closes: async (connection: Deno.UnixConn) => {
    connection.close();
    await forEver;
  },
  /** Comes from another release. */
  old: (connection: Deno.UnixConn) => answerAll(connection, { hello: 1 }),
  /** Says hello with something that is no number. */
  strange: (connection: Deno.UnixConn) => answerAll(connection, { hello: { toString: 1 } }),
  /** Is what no module is. */
  nonsense: (connection: Deno.UnixConn) => answerAll(connection, { ...HELLO, load: { commands: 7 } }),
  garbage: thenSends(new Uint8Array(1000).fill(0xc1)),
  /** Announces more than anybody has. */
  long: thenSends(header(0xffffffff, 0xffffffff)),
  /** Some hundred bytes that a decoder would make gigabytes of. */
  bomb: thenSends(header(500, 0), new Uint8Array(500).map((_, i) => [0xdd, 0, 0x0f, 0x42, 0x40][i % 5]!)),
  /** Calls what there is not. */
  forged: thenSends(...encoder.encode([0, 1, "constructor", []])),
  /** Answers what nobody asked, a million times. */
  chatty: thenSends(
    ...Array.from({ length: 20 }, () => encoder.encode([1, 99, "x", "x".repeat(100_000)])).flat(),
  ),
} as const;

if (import.meta.main) {
  // A promise alone does not keep a process alive.
  setInterval(() => {}, 1000);
  await MODES[mode](await Deno.connect({ transport: "unix", path }));
}
