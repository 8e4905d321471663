/** Calls of other modules: what a module exports, and how others see it. */

/** How long a call may take. */
export interface CallOptions {
  /** Milliseconds; after them the call rejects with TimedOutError. 30 s when it is left out. */
  readonly timeoutMs?: number;
  /** When it aborts, the call rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Milliseconds that a call takes at most when nothing is said. */
export const CALL_TIMEOUT_MS = 30_000;

/** What a class exports by its `EXPORTS`: `ExportsOf<typeof Greeter>`. */
export type ExportsOf<
  C extends { readonly EXPORTS: readonly string[]; readonly prototype: object },
> = Pick<C["prototype"], Extract<C["EXPORTS"][number], keyof C["prototype"]>>;

/** Another module, by what it exports: each method answers later, and with a copy. */
export type Remote<E> = {
  readonly [
    M in keyof E as E[M] extends (...args: never) => unknown ? M : never
  ]: E[M] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/** Makes an object whose methods call `call` with their name. */
export function remoteObject<E>(
  call: (method: string, args: readonly unknown[]) => Promise<unknown>,
): Remote<E> {
  const methods = new Proxy(Object.create(null), {
    get: (_, name) => {
      // It is no promise, also for `await`.
      if (typeof name !== "string" || name === "then") return undefined;
      return (...args: readonly unknown[]) => call(name, args);
    },
  });
  return methods as Remote<E>;
}
