import { describe, expect, test } from 'vitest';
import { inSlices } from '../../src/model/slices';

let steps = 0;

/** Work of so many steps, each of which takes a little. */
function* working(most: number): Generator<void, number> {
  for (steps = 0; steps < most; steps++) {
    const until = performance.now() + 0.1;
    while (performance.now() < until);
    yield;
  }
  return most;
}

/** After how many steps others had their turn while something was worked on. */
async function turnsWithin(work: Promise<unknown>): Promise<ReadonlySet<number>> {
  const turns = new Set<number>();
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    turns.add(steps);
    port2.postMessage(null);
  };
  port2.postMessage(null);
  await work;
  port1.close();
  return turns;
}

describe('long work', () => {
  test('lets others have their turn, again and again and at its end', async () => {
    const turns = await turnsWithin(inSlices(working(500)));
    // 50 ms of work are six slices; a busy machine only makes it more.
    expect(turns.size).toBeGreaterThanOrEqual(4);
    expect(turns.has(500)).toBe(true);
  });

  test('ends between two slices, when nobody wants it any more', async () => {
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 5);
    await expect(inSlices(working(100_000), ending.signal)).rejects.toThrow('abort');
  });
});

test('short work is done at once', async () => {
  expect((await turnsWithin(inSlices(working(3)))).size).toBe(0);
});
