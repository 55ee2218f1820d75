import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let held = 0;
let asked = 0;
let visible = 'visible';
const listeners = new Set<() => void>();

beforeEach(() => {
  held = asked = 0;
  visible = 'visible';
  vi.stubGlobal('document', {
    get visibilityState() {
      return visible;
    },
    addEventListener: (_: string, one: () => void) => listeners.add(one),
    removeEventListener: (_: string, one: () => void) => listeners.delete(one),
  });
  vi.stubGlobal('navigator', {
    wakeLock: {
      request: async () => {
        asked += 1;
        held += 1;
        return {
          release: async () => {
            held -= 1;
          },
        };
      },
    },
  });
});

afterEach(() => {
  expect(listeners.size).toBe(0);
  vi.unstubAllGlobals();
});

const { keepAwake } = await import('../../src/viewer/awake');
const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

test('one lock for all who want it, given back by the last one', async () => {
  const [film, show] = [keepAwake(), keepAwake()];
  await settled();
  expect([asked, held]).toEqual([1, 1]);
  film();
  film();
  await settled();
  expect(held).toBe(1);
  show();
  await settled();
  expect(held).toBe(0);
});

test('who gives up before it has come keeps nothing', async () => {
  keepAwake()();
  await settled();
  expect(held).toBe(0);
});

test('a page that is seen again asks again', async () => {
  const end = keepAwake();
  await settled();
  visible = 'hidden';
  for (const one of listeners) one();
  await settled();
  visible = 'visible';
  for (const one of listeners) one();
  await settled();
  expect([asked, held]).toEqual([2, 1]);
  end();
  await settled();
  expect(held).toBe(0);
});

test('where there is none, nothing happens', async () => {
  vi.stubGlobal('navigator', {});
  const end = keepAwake();
  await settled();
  end();
});
