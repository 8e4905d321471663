/** Long values as JSON in UTF-8, made piece by piece. */

import { cephJson } from "./ceph_json.ts";

/** Texts are encoded together up to so many characters. */
const PIECE_CHARS = 64 * 1024;

/** A value that is long: others may go on between two pieces of its JSON. */
export class JsonPieces {
  /** Texts that make the JSON together. */
  readonly texts: Iterable<string>;

  constructor(texts: Iterable<string>) {
    this.texts = texts;
  }
}

/** An object; each value is made when it is its turn. */
export function objectPieces(entries: Iterable<readonly [key: string, value: unknown]>): JsonPieces {
  return new JsonPieces(
    joined(entries, "{", "}", ([key, value]) => `${JSON.stringify(key)}:${cephJson(value)}`),
  );
}

/** An object whose only field is a list; each item is made when it is its turn. */
export function listPieces(field: string, items: Iterable<unknown>): JsonPieces {
  return new JsonPieces(joined(items, `{${JSON.stringify(field)}:[`, "]}", (item) => cephJson(item)));
}

function* joined<T>(
  items: Iterable<T>,
  front: string,
  end: string,
  text: (item: T) => string,
): Generator<string> {
  yield front;
  let comma = "";
  for (const item of items) {
    yield comma + text(item);
    comma = ",";
  }
  yield end;
}

/** The bytes; pauses wherever it yields. */
export function* encodePieces({ texts }: JsonPieces): Generator<void, Uint8Array> {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  let text = "";
  for (const piece of texts) {
    text += piece;
    if (text.length < PIECE_CHARS) continue;
    chunks.push(encoder.encode(text));
    text = "";
    yield;
  }
  chunks.push(encoder.encode(text));
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
