import { expect, test } from 'vitest';
import { axisOf, held, outcome } from '../../src/viewer/swipe';

const STAGE = { width: 400, height: 800 };
const STILL = { x: 0, y: 0 };

test.each([
  ['far to the left', 'x', { x: -150, y: 20 }, STILL, 'next'],
  ['far to the right', 'x', { x: 150, y: 20 }, STILL, 'previous'],
  ['a flick', 'x', { x: -30, y: 0 }, { x: -0.8, y: 0 }, 'next'],
  ['not far', 'x', { x: -90, y: 0 }, STILL, 'nothing'],
  ['thought better of it', 'x', { x: -200, y: 0 }, { x: 0.6, y: 0 }, 'nothing'],
  ['pulled down', 'y', { x: 0, y: 200 }, STILL, 'close'],
  ['up', 'y', { x: 0, y: -200 }, STILL, 'details'],
  ['a little down', 'y', { x: 0, y: 60 }, STILL, 'nothing'],
] as const)('%s', (_, axis, total, speed, expected) => {
  expect(outcome(axis, total, speed, STAGE)).toBe(expected);
});

test('the way is decided by where most of it goes', () => {
  expect(axisOf({ x: 9, y: -3 })).toBe('x');
  expect(axisOf({ x: 2, y: -8 })).toBe('y');
});

test('at the end the picture follows less and less', () => {
  expect(held(100)).toBeLessThan(40);
  expect(held(-100)).toBe(-held(100));
  expect(held(0)).toBe(0);
});
