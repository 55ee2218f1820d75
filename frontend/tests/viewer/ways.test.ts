import { expect, test } from 'vitest';
import { EDGE, sameWay } from '../../src/viewer/ways';

type Paint = (row: number, column: number) => readonly [number, number, number];

function painted(paint: Paint): number[] {
  const places = Array.from({ length: EDGE * EDGE }, (_, at) => at);
  return places.flatMap((at) => [...paint(Math.floor(at / EDGE), at % EDGE)]);
}

/** Red, green / blue, white. */
const quarters: Paint = (row, column) => {
  const [low, right] = [row >= EDGE / 2, column >= EDGE / 2];
  if (!low) return right ? [0, 128, 0] : [255, 0, 0];
  return right ? [255, 255, 255] : [0, 0, 255];
};
const last = EDGE - 1;

test('the same is the same, also a little brighter', () => {
  const brighter: Paint = (row, column) => {
    const [red, green, blue] = quarters(row, column);
    return [red * 0.8 + 40, green * 0.8 + 40, blue * 0.8 + 40];
  };
  expect(sameWay(painted(quarters), painted(quarters))).toBe(true);
  expect(sameWay(painted(quarters), painted(brighter))).toBe(true);
});

test.each<[string, Paint]>([
  ['mirrored', (row, column) => quarters(row, last - column)],
  ['upside down', (row, column) => quarters(last - row, last - column)],
  ['mirrored upside down', (row, column) => quarters(last - row, column)],
  ['turned right', (row, column) => quarters(last - column, row)],
  ['turned left', (row, column) => quarters(column, last - row)],
  ['at its diagonal', (row, column) => quarters(column, row)],
  ['at the other one', (row, column) => quarters(last - column, last - row)],
])('%s is another', (_, paint) => {
  expect(sameWay(painted(quarters), painted(paint))).toBe(false);
});

test('of what looks the same either way nothing can be said', () => {
  const plain = painted(() => [90, 90, 90]);
  const rings = painted((row, column) => [Math.hypot(row - 7.5, column - 7.5) * 20, 0, 0]);
  expect(sameWay(plain, plain)).toBe(true);
  expect(sameWay(rings, rings)).toBe(true);
});
