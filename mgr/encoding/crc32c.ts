/** CRC32C (Castagnoli) as Ceph uses it: the raw register, no inversion at either end. Slice-by-8. */

const TABLES: readonly Uint32Array[] = makeTables();

function makeTables(): Uint32Array[] {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0x82f63b78 ^ (c >>> 1) : c >>> 1;
    tables[0]![n] = c;
  }
  for (let t = 1; t < 8; t++) {
    for (let n = 0; n < 256; n++) {
      const c = tables[t - 1]![n]!;
      tables[t]![n] = tables[0]![c & 0xff]! ^ (c >>> 8);
    }
  }
  return tables;
}

/** Continues the register `seed` over `bytes`. Upstream: ceph_crc32c in include/crc32c.h. */
export function crc32c(seed: number, bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  let crc = seed;
  let i = 0;
  for (const end = bytes.length - 7; i < end; i += 8) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc = t7[crc & 0xff]! ^ t6[(crc >>> 8) & 0xff]! ^ t5[(crc >>> 16) & 0xff]! ^ t4[crc >>> 24]! ^
      t3[bytes[i + 4]!]! ^ t2[bytes[i + 5]!]! ^ t1[bytes[i + 6]!]! ^ t0[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) crc = t0[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return crc >>> 0;
}

/** How the register moves over 2^k zero bytes, for each k: 32 columns of a matrix over GF(2). */
const ZERO_STEPS: readonly Uint32Array[] = makeZeroSteps();

function makeZeroSteps(): Uint32Array[] {
  const table = TABLES[0]!;
  const one = Uint32Array.from({ length: 32 }, (_, bit) => {
    const column = (1 << bit) >>> 0;
    return table[column & 0xff]! ^ (column >>> 8);
  });
  const steps = [one];
  for (let k = 1; k < 32; k++) {
    const half = steps[k - 1]!;
    steps.push(half.map((column) => times(half, column)));
  }
  return steps;
}

function times(columns: Uint32Array, vector: number): number {
  let sum = 0;
  for (let bit = 0, left = vector; left !== 0; bit++, left >>>= 1) {
    if (left & 1) sum ^= columns[bit]!;
  }
  return sum >>> 0;
}

/** The register `crc` after `length` zero bytes, in time O(log length). */
export function crc32cZeros(crc: number, length: number): number {
  let register = crc;
  for (let k = 0, left = length; left !== 0; k++, left >>>= 1) {
    if (left & 1) register = times(ZERO_STEPS[k]!, register);
  }
  return register;
}

/** crc32c(crc, bytes) of bytes of which only `crc32c(0, bytes)` and the length are known. */
export function crc32cAppend(crc: number, crcOfBytes: number, length: number): number {
  return (crc32cZeros(crc, length) ^ crcOfBytes) >>> 0;
}
