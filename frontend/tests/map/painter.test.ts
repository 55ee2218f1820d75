import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Asked, Order, Said } from '../../src/map/tiles/messages';
import '../../src/map/tiles/painter';
import { archive } from './tiles';

const said: Said[] = [];
const signals: AbortSignal[] = [];
let hangs = false;

/** A server that has a file, or one that never answers. */
function serve(file: Uint8Array<ArrayBuffer>): void {
  vi.stubGlobal('fetch', (_: unknown, { headers, signal }: RequestInit = {}) => {
    const [from = 0, to = 0] = new Headers(headers).get('Range')!.slice(6).split('-').map(Number);
    if (!hangs || from === 0)
      return Promise.resolve(
        new Response(file.slice(from, to + 1), { status: 206, headers: { ETag: '"1"' } }),
      );
    return new Promise((_, reject) => {
      signals.push(signal!);
      signal!.addEventListener('abort', () => reject(signal!.reason as Error));
    });
  });
}

function tell(asked: Partial<Asked>): void {
  (globalThis as unknown as Worker).onmessage!({ data: asked } as MessageEvent);
}

const order = (id: number): Partial<Order> => ({
  type: 'order',
  id,
  square: { level: 0, x: 0, y: 0 },
});

beforeEach(() => {
  [said.length, signals.length, hangs] = [0, 0, true];
  serve(Uint8Array.from(archive(new Uint8Array(9).fill(255))));
  vi.stubGlobal('postMessage', (one: Said) => said.push(one));
  tell({ type: 'begin', address: 'http://own/tiles', kind: 'vector', deepest: 0, language: 'en' });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test('what is taken back is no longer asked for, and can be asked for again', async () => {
  tell(order(1));
  await vi.waitFor(() => expect(signals).toHaveLength(1));
  tell({ type: 'cancel', id: 1 });
  expect(signals[0]!.aborted).toBe(true);
  hangs = false;
  tell(order(2)); // before the first one has ended
  await vi.waitFor(() => expect(said).toHaveLength(3));
  expect(said).toContainEqual(expect.objectContaining({ id: 1, outcome: 'away' }));
  expect(said).toContainEqual(expect.objectContaining({ id: 2, outcome: 'broken' }));
});

test('what another order waits for is not taken back', async () => {
  tell(order(1));
  tell(order(2));
  await vi.waitFor(() => expect(signals).toHaveLength(1));
  tell({ type: 'cancel', id: 1 });
  expect(signals[0]!.aborted).toBe(false);
  tell({ type: 'cancel', id: 2 });
  expect(signals[0]!.aborted).toBe(true);
});
