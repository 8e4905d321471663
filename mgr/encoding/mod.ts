/** Bytes <-> values. Knows no Ceph structure. */

export * from "./codec.ts";
export * from "./crc32c.ts";
export * from "./decoder.ts";
export * from "./encoder.ts";
export * from "./errors.ts";
export * from "./packed.ts";
export * from "./primitives.ts";
