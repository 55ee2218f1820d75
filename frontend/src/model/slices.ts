/** Long work in small slices, so that fingers and frames come in between. */

const SLICE_MS = 8;
/** Looking at the clock costs more than a small day does. */
const STEPS_A_LOOK = 32;

/** Run work to its end. @throws AbortError by `signal`, between two slices. */
export async function inSlices<Result>(
  work: Generator<void, Result>,
  signal?: AbortSignal,
): Promise<Result> {
  for (let first = true; ; first = false) {
    const until = performance.now() + SLICE_MS;
    do {
      for (let step = 0; step < STEPS_A_LOOK; step++) {
        const found = work.next();
        if (!found.done) continue;
        // What is made of long work is not short either: it gets a slice of its own.
        if (!first) await pause();
        signal?.throwIfAborted();
        return found.value;
      }
    } while (performance.now() < until);
    await pause();
    signal?.throwIfAborted();
  }
}

/** Let fingers and frames come in between. */
export function pause(): Promise<void> {
  return new Promise((go) => {
    // Timers that follow each other wait 4 ms, messages do not.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      go();
    };
    port2.postMessage(null);
  });
}
