/** Long work that lets others go first: whatever has come from the network, timers that are due. */

/** How long one step may hold up everything else. */
export const MAX_STEP_MS = 5;

const monotonic = (): number => performance.now();

/**
 * The next turn of the loop, in which sockets take part. No setImmediate: while one is always due, Deno looks at its
 * sockets in every 61st turn alone.
 */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Runs it at once, without a pause. */
export function inOneGo<T>(steps: Generator<unknown, T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** Runs a generator to its end and answers with what it returns; where it yields there may be a pause. */
export async function inSteps<T>(steps: Generator<unknown, T>, now = monotonic): Promise<T> {
  let since = now();
  while (true) {
    const { done, value } = steps.next();
    if (done) return value;
    if (now() - since < MAX_STEP_MS) continue;
    await nextTurn();
    since = now();
  }
}
