/** Checks MessagePack before it is decoded. Pure. */

/** Values in one envelope, those in arrays and maps included: each costs far more memory than its byte. */
export const MAX_ENVELOPE_VALUES = 1_000_000;

/** For each first byte of a value: how many bytes of length follow; 0 when there is none. */
const LENGTH_OF = new Uint8Array(256);
/** Bytes that follow the first, the length not counted. */
const FIXED = new Uint8Array(256);
/** Values that each unit of the length stands for: arrays 1, maps 2, texts and bytes 0. */
const CHILDREN = new Uint8Array(256);
for (
  const [heads, length, fixed, children] of [
    [[0xc4, 0xc5, 0xc6], [1, 2, 4], 0, 0], // bin
    [[0xd9, 0xda, 0xdb], [1, 2, 4], 0, 0], // str
    [[0xc7, 0xc8, 0xc9], [1, 2, 4], 1, 0], // ext
    [[0xdc, 0xdd], [2, 4], 0, 1], // array
    [[0xde, 0xdf], [2, 4], 0, 2], // map
  ] as const
) {
  heads.forEach((head, i) => {
    LENGTH_OF[head] = length[i]!;
    FIXED[head] = fixed;
    CHILDREN[head] = children;
  });
}
for (
  const [head, fixed] of [
    [0xca, 4], // float
    [0xcb, 8],
    [0xcc, 1], // uint
    [0xcd, 2],
    [0xce, 4],
    [0xcf, 8],
    [0xd0, 1], // int
    [0xd1, 2],
    [0xd2, 4],
    [0xd3, 8],
    [0xd4, 2], // fixext
    [0xd5, 3],
    [0xd6, 5],
    [0xd7, 9],
    [0xd8, 17],
  ] as const
) FIXED[head] = fixed;

/**
 * Throws when an envelope announces more values than it has bytes for, or too many: a decoder makes room for what is
 * announced, at each level, and some hundred bytes could take all memory.
 */
export function checkEnvelope(envelope: Uint8Array): void {
  const view = new DataView(envelope.buffer, envelope.byteOffset, envelope.byteLength);
  let at = 0;
  let values = 0;
  for (let wanted = 1; wanted > 0; wanted--) {
    if (wanted > envelope.length - at) throw new Error("it ends too early");
    if (++values > MAX_ENVELOPE_VALUES) throw new Error(`more than ${MAX_ENVELOPE_VALUES} values`);
    const head = envelope[at++]!;
    if (head >= 0x80 && head <= 0x8f) wanted += 2 * (head & 0x0f);
    else if (head >= 0x90 && head <= 0x9f) wanted += head & 0x0f;
    else if (head >= 0xa0 && head <= 0xbf) at += head & 0x1f;
    else if (LENGTH_OF[head] === 0) at += FIXED[head]!;
    else {
      const length = lengthAt(view, at, LENGTH_OF[head]!);
      at += LENGTH_OF[head]! + FIXED[head]!;
      if (CHILDREN[head] === 0) at += length;
      else wanted += length * CHILDREN[head]!;
    }
  }
  if (at !== envelope.length) throw new Error("its length is wrong");
}

/** Throws a RangeError when the envelope ends before. */
function lengthAt(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  return bytes === 2 ? view.getUint16(at) : view.getUint32(at);
}
