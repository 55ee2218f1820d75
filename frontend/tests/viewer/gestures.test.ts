import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Gestures } from '../../src/viewer/gestures';

let told: string[] = [];
let gestures: Gestures;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  const say = (text: string): void => void told.push(text);
  gestures = new Gestures({
    drag: (by, total) => say(`drag ${by.x},${by.y} of ${total.x},${total.y}`),
    pinch: (from, to, factor) => say(`pinch ${from.x},${from.y} ${to.x},${to.y} ${factor}`),
    release: (total, speed) => say(`release ${total.x},${total.y} at ${speed.x.toFixed(1)}`),
    tap: () => say('tap'),
    twice: () => say('twice'),
    hold: () => say('hold'),
    letGo: () => say('let go'),
  });
});

afterEach(() => vi.useRealTimers());

/** As events are: what they tell is not their own. */
const at = (x: number, y = 0): { x: number; y: number } =>
  Object.create({ x, y }) as { x: number; y: number };

function tap(time: number, x = 0): void {
  gestures.down(1, at(x), 'touch');
  gestures.up(1, at(x + 2), time);
}

test('one tap, and two', () => {
  tap(0);
  tap(200);
  tap(1_000);
  expect(told).toEqual(['tap', 'twice', 'tap']);
});

test('two taps far from each other are two', () => {
  tap(0);
  tap(200, 90);
  expect(told).toEqual(['tap', 'tap']);
});

test('a hand that is not quite still does not drag', () => {
  gestures.down(1, at(0), 'touch');
  gestures.move(1, at(5, 5), 10);
  gestures.up(1, at(5, 5), 20);
  expect(told).toEqual(['tap']);
});

test('a flick has the speed of its end', () => {
  gestures.down(1, at(0), 'touch');
  gestures.move(1, at(10), 100);
  gestures.move(1, at(30), 120);
  gestures.move(1, at(60), 140);
  gestures.up(1, at(60), 145);
  expect(told).toEqual([
    'drag 10,0 of 10,0',
    'drag 20,0 of 30,0',
    'drag 30,0 of 60,0',
    'release 60,0 at 1.3',
  ]);
});

test('who stops before he lets go has no speed', () => {
  gestures.down(1, at(0), 'touch');
  gestures.move(1, at(100), 100);
  gestures.move(1, at(200), 120);
  gestures.up(1, at(200), 900);
  expect(told.at(-1)).toBe('release 200,0 at 0.0');
});

test('holding still, and letting go', () => {
  gestures.down(1, at(0), 'touch');
  vi.advanceTimersByTime(400);
  gestures.move(1, at(50), 500);
  gestures.up(1, at(50), 600);
  expect(told).toEqual(['hold', 'let go']);
});

test('a drag is no hold', () => {
  gestures.down(1, at(0), 'touch');
  gestures.move(1, at(20), 100);
  vi.advanceTimersByTime(400);
  expect(told).toEqual(['drag 20,0 of 20,0']);
});

test('two fingers pinch, and the one that is left drags on from where it is', () => {
  gestures.down(1, at(0), 'touch');
  gestures.down(2, at(100), 'touch');
  gestures.move(2, at(200), 10);
  gestures.up(2, at(200), 20);
  gestures.move(1, at(7), 30);
  gestures.up(1, at(7), 40);
  expect(told).toEqual(['pinch 50,0 100,0 2', 'drag 7,0 of 7,0', 'release 7,0 at 0.0']);
});

test('what the browser takes away leads nowhere', () => {
  gestures.down(1, at(0), 'touch');
  gestures.move(1, at(300), 10);
  gestures.cancel(1);
  gestures.move(1, at(400), 20);
  expect(told.slice(1)).toEqual(['release 0,0 at 0.0']);
});
