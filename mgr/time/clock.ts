/** Time as the daemon sees it: periods are monotonic, only time stamps come from the wall clock. */

/** A pending call; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/** Source of time. Tests use FakeClock of tests/fakes. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start. A jump of the wall clock does not show here. */
  now(): number;
  /** Wall clock in milliseconds since 1970: for time stamps only. */
  wall(): number;
  /** Calls once, `ms` monotonic milliseconds from now. A call that throws ends the process: it is a bug. */
  after(ms: number, call: () => void): Timer;
  /** Calls every `ms`; the first time after `ms`. The same holds for it. */
  every(ms: number, call: () => void): Timer;
}

/** A longer timer would fire at once: the number is one of 32 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, call) {
    const id = setTimeout(call, Math.min(ms, LONGEST_TIMER_MS));
    return { cancel: () => clearTimeout(id) };
  },
  every(ms, call) {
    const id = setInterval(call, ms);
    return { cancel: () => clearInterval(id) };
  },
};

/** Resolves after `ms`; rejects with the signal's reason when aborted. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    const onAbort = (): void => {
      timer.cancel();
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** Waits for the promise, but no longer than `ms`; what it would still come to is nobody's business then. */
export async function atMost(clock: Clock, ms: number, promise: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = clock.after(ms, late.resolve);
  try {
    await Promise.race([promise, late.promise]);
  } finally {
    timer.cancel();
  }
}
