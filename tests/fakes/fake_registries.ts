/** A registry shaped like JSR and one shaped like npm, on loopback: what is published, tampered with, and asked for. */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

const utf8 = new TextEncoder();
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** One entry of a tar archive; `type` "0" is a file, "2" a symbolic link. */
export interface TarEntry {
  readonly path: string;
  readonly text: string;
  readonly type?: string;
}

/** A `.tgz` as npm makes them. */
export function tarball(entries: readonly TarEntry[]): Uint8Array<ArrayBuffer> {
  const blocks = entries.flatMap(({ path, text, type = "0" }) => {
    const content = utf8.encode(text);
    return [
      tarHeader(path, content.length, type),
      content,
      new Uint8Array((512 - content.length % 512) % 512),
    ];
  });
  return new Uint8Array(gzipSync(join([...blocks, new Uint8Array(1024)])));
}

function tarHeader(path: string, size: number, type: string): Uint8Array {
  const header = new Uint8Array(512);
  const put = (at: number, text: string): void => header.set(utf8.encode(text), at);
  put(0, path);
  put(100, "0000644\0");
  put(124, `${size.toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  put(148, "        ");
  put(156, type);
  put(257, "ustar\x0000");
  const sum = header.reduce((sum, byte) => sum + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return header;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Dispose of it in the end. */
export class FakeRegistries implements AsyncDisposable {
  readonly jsr: string;
  readonly npm: string;
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  readonly #bodies = new Map<string, Uint8Array<ArrayBuffer> | string>();
  readonly #versions = new Map<string, Record<string, unknown>>();
  #closed: Promise<void> | undefined;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      const path = decodeURIComponent(new URL(request.url).pathname);
      this.asked.push(path);
      const body = this.#bodies.get(path);
      return body === undefined ? new Response("not found", { status: 404 }) : new Response(body);
    });
    const { port } = this.#server.addr;
    this.jsr = `http://127.0.0.1:${port}/`;
    this.npm = `http://127.0.0.1:${port}/npm/`;
  }

  /** Publishes on JSR; like `deno publish`, what bare names stand for has to be written out in the files. */
  publishJsr(name: string, version: string, files: Files): void {
    const entries = Object.entries(files).map(([path, text]) => [`/${path}`, utf8.encode(text)] as const);
    const manifest = Object.fromEntries(
      entries.map(([path, bytes]) => [path, { size: bytes.length, checksum: `sha256-${sha256(bytes)}` }]),
    );
    for (const [path, bytes] of entries) this.#bodies.set(`/${name}/${version}${path}`, bytes);
    this.serve(`/${name}/${version}_meta.json`, JSON.stringify({ manifest, exports: { ".": "./mod.ts" } }));
    const [scope, short] = name.slice(1).split("/");
    const versions = this.#version(name, version, {});
    this.serve(`/${name}/meta.json`, JSON.stringify({ scope, name: short, latest: version, versions }));
  }

  /** Publishes on npm. */
  publishNpm(name: string, version: string, archive: Uint8Array<ArrayBuffer>, more = {}): void {
    const path = `/npm/${name}/-/${version}.tgz`;
    this.#bodies.set(path, archive);
    const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
    const tarball = new URL(path, this.jsr).href;
    const versions = this.#version(`npm:${name}`, version, {
      name,
      version,
      ...more,
      dist: { tarball, integrity },
    });
    this.serve(`/npm/${name}`, JSON.stringify({ name, "dist-tags": { latest: version }, versions }));
  }

  /** Answers with something else than was published. */
  serve(path: string, body: string | Uint8Array<ArrayBuffer>): void {
    this.#bodies.set(path, body);
  }

  #version(key: string, version: string, entry: unknown): Record<string, unknown> {
    const versions = { ...this.#versions.get(key), [version]: entry };
    this.#versions.set(key, versions);
    return versions;
  }

  /** They are away from now on. */
  close(): Promise<void> {
    return this.#closed ??= this.#server.shutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
