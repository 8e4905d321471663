/** Frames written and read again, in crc and in secure mode; `deno bench` prints how many a second. */

import { makeCiphers } from "./crypto.ts";
import { FrameReader, FrameWriter } from "./frame.ts";
import { HEADER_BYTES } from "./session.ts";
import { Tag } from "./tags.ts";

/** A command, an OSD's report, the statistics of 100 PGs, a big answer. */
const FRONTS = [64, 1024, 64 * 1024, 1024 * 1024];

for (const mode of ["crc", "secure"]) {
  for (const bytes of FRONTS) {
    const writer = new FrameWriter();
    const reader = new FrameReader();
    reader.allowMessages();
    if (mode === "secure") {
      const secret = new Uint8Array(64).fill(7);
      writer.secure(makeCiphers(secret, "client").sealer);
      reader.secure(makeCiphers(secret, "server").opener);
    }
    const segments = [new Uint8Array(HEADER_BYTES), new Uint8Array(bytes).fill(5)];
    Deno.bench(`message of ${bytes} bytes, ${mode}`, { group: `${bytes} bytes` }, async () => {
      reader.push(writer.write(Tag.MESSAGE, segments));
      if (await reader.next() === undefined) throw new Error("Cannot read the frame back");
    });
  }
}
