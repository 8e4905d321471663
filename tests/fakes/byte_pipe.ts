/** Two ends of a byte stream in memory. A reader may be slow: writes wait while too much is unread. */

import type { ByteStream } from "../../mgr/msgr/connection.ts";

/** One direction. */
class Channel {
  readonly #chunks: Uint8Array[] = [];
  readonly #capacity: number;
  #size = 0;
  #closed = false;
  #wake = Promise.withResolvers<void>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async write(bytes: Uint8Array): Promise<number> {
    while (this.#size >= this.#capacity && !this.#closed) await this.#wake.promise;
    if (this.#closed) throw new Error("broken pipe");
    this.#chunks.push(bytes.slice());
    this.#size += bytes.length;
    this.#signal();
    return bytes.length;
  }

  async read(into: Uint8Array): Promise<number | null> {
    while (this.#chunks.length === 0) {
      if (this.#closed) return null;
      await this.#wake.promise;
    }
    const chunk = this.#chunks[0]!;
    const part = chunk.subarray(0, into.length);
    into.set(part);
    if (part.length === chunk.length) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(part.length);
    this.#size -= part.length;
    this.#signal();
    return part.length;
  }

  close(): void {
    this.#closed = true;
    this.#signal();
  }

  #signal(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

/** Both ends; each write waits while `capacity` bytes are unread. */
export function bytePipe(capacity = Infinity): [ByteStream, ByteStream] {
  const [there, back] = [new Channel(capacity), new Channel(capacity)];
  const end = (out: Channel, into: Channel): ByteStream => ({
    read: (buffer) => into.read(buffer),
    write: (bytes) => out.write(bytes),
    close: () => (out.close(), into.close()),
  });
  return [end(there, back), end(back, there)];
}
