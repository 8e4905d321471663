/** One object in memory, and what steps do with it. The errnos are those of OSDs of 16.2.15. */

/** Errnos. */
export const Errno = {
  EPERM: -1,
  ENOENT: -2,
  EEXIST: -17,
  ERANGE: -34,
  ENODATA: -61,
  EOVERFLOW: -75,
  EOPNOTSUPP: -95,
  ECANCELED: -125,
} as const;

/** Name of an errno. */
export type ErrnoName = keyof typeof Errno;

/** A step fails: nothing of its operation is done. */
export class StepFailure extends Error {
  /** Why. */
  readonly code: ErrnoName;

  /** With the errno of that name. */
  constructor(code: ErrnoName) {
    super(code);
    this.code = code;
  }
}

/** What an object is made of. */
export interface MemoryObject {
  data: Uint8Array;
  readonly xattrs: Map<string, Uint8Array>;
  readonly omap: Map<string, Uint8Array>;
  omapHeader: Uint8Array;
  mtimeMs: number;
  version: number;
}

/** What a step works with: reads see the object as it was before the operation. */
export interface StepContext {
  readonly before: MemoryObject | undefined;
  /** As it will be; undefined: there is none. */
  next: MemoryObject | undefined;
  readonly erasure: boolean;
  readonly nowMs: number;
  /** Those who watch: name, address, cookie. */
  readonly watchers: readonly (readonly [string, string, string])[];
}

type Pairs = readonly (readonly [string, Uint8Array])[];
type Step = (context: StepContext, ...args: never[]) => unknown;

const NOTHING = new Uint8Array();
/** What one read answers with at most. */
const MAX_READ_BYTES = 64 * 1024 * 1024;

/** A copy that can be changed. */
export function copyOf(object: MemoryObject): MemoryObject {
  return { ...object, xattrs: new Map(object.xattrs), omap: new Map(object.omap) };
}

function there({ before }: StepContext): MemoryObject {
  return before ?? fail("ENOENT");
}

/** The object that is being changed; it must be there. */
function changed({ next }: StepContext): MemoryObject {
  return next ?? fail("ENOENT");
}

/** The same; it is made when it is missing. */
function made(context: StepContext): MemoryObject {
  return context.next ??= {
    data: NOTHING,
    xattrs: new Map(),
    omap: new Map(),
    omapHeader: NOTHING,
    mtimeMs: context.nowMs,
    version: 0,
  };
}

function fail(code: ErrnoName): never {
  throw new StepFailure(code);
}

function replicated({ erasure }: StepContext): void {
  if (erasure) fail("EOPNOTSUPP");
}

function put(object: MemoryObject, bytes: Uint8Array, offset: number): void {
  const data = new Uint8Array(Math.max(object.data.length, offset + bytes.length));
  data.set(object.data);
  data.set(bytes, offset);
  object.data = data;
}

function sized(object: MemoryObject, size: number): void {
  const data = new Uint8Array(size);
  data.set(object.data.subarray(0, size));
  object.data = data;
}

/** Keys are in the order of their bytes. */
const sorted = (pairs: Iterable<[string, Uint8Array]>): [string, Uint8Array][] =>
  [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));

function compared(given: Uint8Array, stored: Uint8Array): number {
  for (let i = 0; i < Math.min(given.length, stored.length); i++) {
    if (given[i] !== stored[i]) return given[i]! - stored[i]!;
  }
  return given.length - stored.length;
}

const HOLDS: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
};

function omapGet(context: StepContext, after: string, prefix: string, max: number): unknown {
  const all = sorted(there(context).omap).filter(([key]) => key > after && key.startsWith(prefix));
  return [all.slice(0, max), all.length > max];
}

function assertVersion(context: StepContext, version: number): void {
  const have = there(context).version;
  if (have !== version) fail(have > version ? "ERANGE" : "EOVERFLOW");
}

function write(context: StepContext, bytes: Uint8Array, offset: number): void {
  if (context.erasure && (offset > 0 || context.next !== undefined)) fail("EOPNOTSUPP");
  put(made(context), bytes, offset);
}

function exec(_: StepContext, cls: string, method: string, input: Uint8Array): Uint8Array {
  if (cls !== "hello") fail("EPERM");
  if (method !== "say_hello") fail("EOPNOTSUPP");
  const who = new TextDecoder().decode(input);
  return new TextEncoder().encode(`Hello, ${who === "" ? "world" : who}!`);
}

/** By name, as `step` of the SDK sends them. */
const STEPS: Readonly<Record<string, Step>> = {
  read: (context, offset: number, length: number) => there(context).data.slice(offset, offset + length),
  stat: (context) => [there(context).data.length, there(context).mtimeMs],
  getXattr: (context, name: string) => there(context).xattrs.get(name) ?? fail("ENODATA"),
  getXattrs: (context) => sorted(there(context).xattrs),
  omapGet,
  omapGetByKeys: (context, keys: readonly string[]) =>
    sorted(there(context).omap).filter(([key]) => keys.includes(key)),
  omapHeader: (context) => there(context).omapHeader,
  listWatchers: (context) => (there(context), context.watchers),
  assertVersion,
  compareXattr: (context, name: string, comparison: string, value: Uint8Array) => {
    const order = compared(value, there(context).xattrs.get(name) ?? NOTHING);
    if (!HOLDS[comparison]!(order)) fail("ECANCELED");
  },
  omapCompare: (context, pairs: Pairs) => {
    const { omap } = there(context);
    if (pairs.some(([key, value]) => compared(value, omap.get(key) ?? NOTHING) !== 0)) fail("ECANCELED");
  },
  create: (context, exclusive: boolean) => {
    if (exclusive && context.next !== undefined) fail("EEXIST");
    made(context);
  },
  write,
  writeFull: (context, bytes: Uint8Array) => void (made(context).data = bytes.slice()),
  append: (context, bytes: Uint8Array) => {
    replicated(context);
    put(made(context), bytes, made(context).data.length);
  },
  truncate: (context, size: number) => {
    replicated(context);
    if (context.next !== undefined) sized(context.next, size);
  },
  zero: (context, offset: number, length: number) => {
    replicated(context);
    if (context.next !== undefined) put(context.next, new Uint8Array(length), offset);
  },
  remove: (context) => {
    changed(context);
    context.next = undefined;
  },
  setXattr: (context, name: string, value: Uint8Array) => made(context).xattrs.set(name, value.slice()),
  rmXattr: (context, name: string) => changed(context).xattrs.delete(name),
  omapSet: (context, pairs: Pairs) => {
    replicated(context);
    for (const [key, value] of pairs) made(context).omap.set(key, value.slice());
  },
  omapSetHeader: (context, header: Uint8Array) => {
    replicated(context);
    made(context).omapHeader = header.slice();
  },
  omapRemove: (context, keys: readonly string[]) => {
    replicated(context);
    for (const key of keys) changed(context).omap.delete(key);
  },
  omapClear: (context) => {
    replicated(context);
    changed(context).omap.clear();
    changed(context).omapHeader = NOTHING;
  },
  exec,
};

/** Does one step; answers with what goes back. Throws StepFailure, and TypeError or RangeError for what makes no sense. */
export function runStep(context: StepContext, [name, ...args]: readonly [string, ...unknown[]]): unknown {
  const run = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
  if (run === undefined || args.some((arg) => typeof arg === "number" && !isSize(arg))) {
    throw new TypeError(`Cannot take the operation: step '${name}' has wrong arguments`);
  }
  if (name === "read" && !(Number(args[1]) > 0 && Number(args[1]) <= MAX_READ_BYTES)) {
    throw new RangeError(`Cannot read ${args[1]} bytes at once: the limit is ${MAX_READ_BYTES}`);
  }
  const result = run(context, ...args as never[]);
  return result instanceof Uint8Array || Array.isArray(result) ? result : NOTHING;
}

function isSize(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}
