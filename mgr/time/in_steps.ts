/** Long work that lets others go first: whatever has come from the network, timers that are due. */

/** How long one step may hold up everything else. */
export const MAX_STEP_MS = 5;

const monotonic = (): number => performance.now();

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
    await new Promise((resolve) => setTimeout(resolve));
    since = now();
  }
}
