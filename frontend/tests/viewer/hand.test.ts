import { beforeEach, expect, test, vi } from 'vitest';

vi.stubGlobal('innerWidth', 400);
vi.stubGlobal('innerHeight', 800);
vi.stubGlobal('devicePixelRatio', 1);
const { Hand } = await import('../../src/viewer/hand.svelte');

const BOTH = { previous: true, next: true };
let hand: InstanceType<typeof Hand>;

function pull(x: number, y: number, kind = 'touch', ends = BOTH): void {
  hand.pull({ x, y }, { x, y }, kind, ends);
}

beforeEach(() => {
  hand = new Hand(() => ({ width: 4_000, height: 4_000 }));
});

test('it is pulled aside or down, as it was begun', () => {
  pull(-50, 10);
  pull(-60, 300);
  expect(hand.transform(0)).toContain('-60px');
  expect(hand.transform(1)).toContain('-60px');
  expect(hand.dark).toBe(1);
  expect(hand.release({ x: -200, y: 300 }, { x: 0, y: 0 })).toBe('next');
  expect(hand.transform(0)).toBeNull();
  pull(10, 200);
  expect(hand.dark).toBeCloseTo(0.6);
  expect(hand.transform(0)).toContain('scale(0.83');
  expect(hand.transform(1)).not.toContain('200px');
});

test('what is swiped away does not come back before it is gone', () => {
  pull(0, 300);
  expect(hand.release({ x: 0, y: 300 }, { x: 0, y: 1 })).toBe('close');
  expect(hand.dark).toBeCloseTo(0.4);
});

test('where nothing follows it holds back', () => {
  pull(-200, 0, 'touch', { previous: true, next: false });
  expect(hand.transform(0)).toContain(`${-(200 ** 0.75)}px`);
});

test('a mouse moves only what is enlarged', () => {
  pull(-100, 0, 'mouse');
  expect(hand.transform(0)).toBeNull();
  hand.enlarge(2);
  pull(-100, 0, 'mouse');
  expect(hand.zoom).toEqual({ scale: 2, x: -100, y: 0 });
  expect(hand.release({ x: -300, y: 0 }, { x: -2, y: 0 })).toBe('nothing');
});

test('two taps show each pixel as one, and all of it again', () => {
  hand.tapped({ x: 0, y: 0 });
  expect(hand.zoom.scale).toBe(10);
  hand.tapped({ x: 0, y: 0 });
  expect(hand.enlarged).toBe(false);
});

test('on a smaller stage it stays within it', () => {
  hand.enlarge(2);
  hand.pan({ x: 1_000, y: 0 });
  expect(hand.zoom.x).toBe(200);
  hand.width = 300;
  hand.fit();
  expect(hand.zoom).toMatchObject({ scale: 2, x: 150 });
});

test('what has no size is not enlarged', () => {
  hand = new Hand(() => null);
  hand.enlarge(2);
  hand.tapped({ x: 0, y: 0 });
  hand.pinch({ x: 0, y: 0 }, { x: 0, y: 0 }, 3);
  expect(hand.zoom.scale).toBe(1);
});
