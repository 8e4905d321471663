/** What the box does with objects, as its commands say. */

import { type IoContext, type ObjectNotification, type Rados, step, type Watch } from "@ganglion/sdk";

type Method = (pool: IoContext, ...args: never[]) => unknown;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A step as JSON has it: its name and what it takes. */
function makeStep([name, ...args]: [keyof typeof step, ...never[]]) {
  return (step[name] as (...args: never[]) => ReturnType<typeof step.read>)(...args);
}

/** Methods that take something else than JSON, or give it. */
const METHODS: Readonly<Record<string, Method>> = {
  operate: (pool, oid: string, steps: [keyof typeof step, ...never[]][]) =>
    pool.operate(oid, steps.map(makeStep)),
  stat: async (pool, oid: string) => {
    const { size, mtime } = await pool.stat(oid);
    return { size, recent: Math.abs(Date.now() - mtime.getTime()) < 60_000 };
  },
  fill: async (pool, oid: string, count: number) => {
    await pool.writeFull(oid, new Uint8Array(count).fill(65));
    return (await pool.read(oid, { length: count + 1 })).length;
  },
  /** All at once: more than may be under way. */
  many: async (pool, count: number) => {
    const names = Array.from({ length: count }, (_, i) => `many${i}`);
    await Promise.all(names.map((name) => pool.writeFull(name, name)));
    const read = await Promise.all(names.map((name) => pool.read(name)));
    await Promise.all(names.map((name) => pool.remove(name)));
    return read.filter((value, i) => new TextDecoder().decode(value) === names[i]).length;
  },
  objects: async (pool) => {
    const found = (await Array.fromAsync(pool.objects())).map(({ namespace, name }) => [namespace, name]);
    return found.sort();
  },
  list: async (pool, max: number) => {
    const pages: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await pool.list({ cursor, max });
      pages.push(page.objects.length);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return { most: Math.max(...pages), sum: pages.reduce((a, b) => a + b, 0) };
  },
  omapEntries: (pool, oid: string, prefix: string) => Array.fromAsync(pool.omapEntries(oid, prefix)),
  listWatchers: async (pool, oid: string) => (await pool.listWatchers(oid)).length,
};

/** Objects and watches of one box. */
export class BoxRados {
  readonly #rados: Rados;
  readonly #watches = new Map<string, Watch>();
  readonly #heard: string[] = [];
  #churned = { count: 0, error: "" };

  constructor(rados: Rados) {
    this.#rados = rados;
  }

  /** Calls a method of the pool; bytes and maps in what it answers become texts and lists. */
  async run(name: string, namespace: string, method: string, args: readonly unknown[]): Promise<unknown> {
    const pool = (await this.#rados.openPool(name)).withNamespace(namespace);
    const own = this.#own[method] ?? METHODS[method];
    if (own !== undefined) return plain(await own(pool, ...args as never[]));
    const called = Reflect.get(pool, method) as (...args: readonly unknown[]) => unknown;
    return plain(await Reflect.apply(called, pool, args));
  }

  readonly #own: Readonly<Record<string, Method>> = {
    watch: async (pool, oid: string) => {
      const watch = await pool.watch(oid, {
        notified: (notification) => this.#notified(oid, notification),
        ended: () => void this.#heard.push(`${oid}: ended`),
      });
      this.#watches.set(oid, watch);
    },
    churn: (pool, oid: string, most: number) => void this.#churn(pool, oid, most),
    churned: () => this.#churned,
    unwatch: (_pool, oid: string) => this.#watches.get(oid)?.close(),
    heard: () => this.#heard,
    notify: async (pool, oid: string, payload: string) => {
      const { replies, silent } = await pool.notify(oid, payload);
      return { replies: replies.map(({ reply }) => reply), silent: silent.length };
    },
  };

  /** Appends numbers one by one, in the background, until it may not. */
  async #churn(pool: IoContext, oid: string, most: number): Promise<void> {
    this.#churned = { count: 0, error: "" };
    try {
      while (this.#churned.count < most) {
        await pool.append(oid, `${this.#churned.count},`);
        this.#churned.count++;
      }
    } catch (error) {
      this.#churned.error = (error as Error).message;
    }
  }

  #notified(oid: string, { payload }: ObjectNotification): Uint8Array {
    const text = new TextDecoder().decode(payload);
    this.#heard.push(`${oid}: ${text}`);
    return bytes(`heard ${text}`);
  }
}

/** As JSON can have it. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Map) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
