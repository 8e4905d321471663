/** The logarithm that straw2 buckets draw with, as a table of all its 65,536 values. Upstream: crush/crush_ln_table.h */

const ONE = 2 ** 48;
const SIZE = 65_536;

/** Upstream's table of fine logarithms differs from what its comment says; all clusters place data by what it holds. */
const LL_OFFSET = 0x147700000;

/** Entries of that table that differ otherwise: value minus nominal value, by index. */
const LL_DIFFERENCES: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 0],
  [56, 5349423536],
  [127, 978272901],
  [134, 3588789669],
  [181, 4007963589],
  [184, 5423282367],
  [188, 2201924427],
  [193, 3829329171],
  [198, 2511158322],
  [199, 2670353280],
  [200, 3807665765],
  [203, 0],
  [207, 5045407031],
  [210, 4635559696],
  [212, 3670382108],
  [216, 0],
  [222, 0],
  [225, 3209098745],
  [227, 1514328394],
  [228, 2662093655],
  [229, 561838844],
  [231, 3537203772],
  [233, 0],
  [235, 4861921003],
  [236, 5281046906],
  [237, 0],
  [238, 0],
  [239, 0],
  [240, 2650193885],
  [241, 4203558265],
  [243, 0],
  [244, 0],
  [245, 0],
  [246, 0],
  [247, 362109528],
  [248, 0],
  [249, 0],
  [250, 0],
  [251, 0],
  [252, 0],
  [253, 0],
  [254, 0],
  [255, 0],
]);

/** Bits behind the point: enough that the errors of 48 squarings do not reach the bits that are kept. */
const PRECISION = 128n;

/** floor(2^48 * log2(numerator / denominator)) of a quotient in [1, 2), bit by bit. */
function log2(numerator: number, denominator: number): number {
  let rest = (BigInt(numerator) << PRECISION) / BigInt(denominator);
  let bits = 0;
  for (let i = 0; i < 48; i++) {
    rest = (rest * rest) >> PRECISION;
    bits *= 2;
    if (rest >> (PRECISION + 1n)) {
      rest >>= 1n;
      bits++;
    }
  }
  return bits;
}

/** 2^48 / (1 + k/128), rounded up: of integers, as a rounded quotient would not tell whether there is a rest. */
const RECIPROCALS = (): Float64Array =>
  Float64Array.from({ length: 129 }, (_, k) => Number(((1n << 55n) + BigInt(127 + k)) / BigInt(128 + k)));

/** The last entry should be 2^48 and is not. */
const COARSE = (): Float64Array =>
  Float64Array.from({ length: 129 }, (_, k) => (k === 128 ? 0xffff00000000 : log2(128 + k, 128)));

const FINE = (): Float64Array =>
  Float64Array.from(
    { length: 256 },
    (_, k) => log2(32_768 + k, 32_768) + (LL_DIFFERENCES.get(k) ?? LL_OFFSET),
  );

/** 2^44 * log2(u + 1) for each u of 16 bits, less 2^48: from -2^48 to 0. */
function makeTable(): Float64Array {
  const reciprocals = RECIPROCALS();
  const coarse = COARSE();
  const fine = FINE();
  const table = new Float64Array(SIZE);
  for (let u = 0; u < SIZE; u++) {
    const shift = Math.max(0, Math.clz32(u + 1) - 16);
    const x = (u + 1) << shift;
    const k = (x >> 8) - 128;
    const sum = coarse[k]! + fine[highByte(x, reciprocals[k]!)]!;
    table[u] = (15 - shift) * 2 ** 44 + Math.floor(sum / 16) - ONE;
  }
  return table;
}

/** Bits 48 to 55 of a product of 65 bits. */
function highByte(x: number, reciprocal: number): number {
  const high = Math.floor(reciprocal / 2 ** 24);
  const low = reciprocal % 2 ** 24;
  return Math.floor((x * high + Math.floor((x * low) / 2 ** 24)) / 2 ** 24) & 0xff;
}

let table: Float64Array | undefined;

/** The table, made at the first call (about 10 ms); crush_ln(u) - 2^48 for each u. */
export function lnTable(): Float64Array {
  table ??= makeTable();
  return table;
}
