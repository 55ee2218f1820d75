import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areas, plainness, sourceOf, squaresIn, type FileOf } from '../../src/map/tiles/cover';
import { project, settled, type Window } from '../../src/model/mercator';

const WORLD: FileOf = {
  kind: 'vector',
  min_zoom: 0,
  max_zoom: 14,
  west: -180,
  south: -85,
  east: 180,
  north: 85,
};
const VIENNA: FileOf = { ...WORLD, west: 16.1, south: 48, east: 16.7, north: 48.4 };

function at(latitude: number, longitude: number, zoom: number): Window {
  return settled({ ...project(latitude, longitude), zoom, width: 800, height: 600 });
}

const windows = fc
  .tuple(
    fc.double({ min: -80, max: 80, noNaN: true }),
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.double({ min: 1, max: 17, noNaN: true }),
  )
  .map((words) => at(...words));

test('squares fill the window, and do not overlap', () => {
  fc.assert(
    fc.property(windows, (shown) => {
      const found = squaresIn(shown, WORLD);
      let covered = 0;
      for (const { left, top, size } of found) {
        const across = Math.min(left + size, shown.width) - Math.max(left, 0);
        const down = Math.min(top + size, shown.height) - Math.max(top, 0);
        expect(Math.min(across, down)).toBeGreaterThan(-1e-6);
        covered += across * down;
        expect(size).toBeGreaterThan(360);
        expect(size).toBeLessThan(725);
      }
      expect(covered).toBeCloseTo(shown.width * shown.height, 0);
    }),
  );
});

test('the middle comes first', () => {
  const shown = at(48.2, 16.4, 12);
  const [first] = squaresIn(shown, WORLD);
  expect(first!.left).toBeLessThanOrEqual(400);
  expect(first!.left + first!.size).toBeGreaterThanOrEqual(400);
});

test('nothing is asked for outside the area of a file', () => {
  expect(squaresIn(at(48.2, 16.4, 12), VIENNA).length).toBeGreaterThan(0);
  for (const [latitude, longitude] of [
    [48.2, 12.5],
    [48.2, 20],
    [41.9, 16.4],
    [55, 16.4],
  ] as const) {
    expect(squaresIn(at(latitude, longitude, 12), VIENNA)).toEqual([]);
  }
  expect(squaresIn(at(48.2, 16.4, 5), { ...VIENNA, min_zoom: 8 })).toEqual([]);
});

test('beyond the deepest level a square is a part of a larger one', () => {
  expect(sourceOf({ level: 16, x: 13, y: 6 }, 14)).toEqual({ level: 14, x: 3, y: 1 });
  expect(sourceOf({ level: 9, x: 13, y: 6 }, 14)).toEqual({ level: 9, x: 13, y: 6 });
});

test('a small file comes when its area is worth it, a deep one when its levels begin', () => {
  const plain = [3, 7, 8, 9, 10, 12].map((zoom) => plainness(at(48.2, 16.4, zoom), VIENNA));
  expect(plain[0]).toBe(0);
  expect(plain.at(-1)).toBe(1);
  expect([...plain].sort()).toEqual(plain);
  expect(plainness(at(0, 0, 2), WORLD)).toBe(1);
  expect(plainness(at(0, 0, 6), { ...WORLD, min_zoom: 6 })).toBe(0);
  expect(plainness(at(0, 0, 7.5), { ...WORLD, min_zoom: 6 })).toBe(1);
});

test('a file across the date line of a wide window is there on both sides', () => {
  const shown = settled({ ...project(0, 180), zoom: 1, width: 1_200, height: 500 });
  expect(areas(shown, VIENNA)).toHaveLength(2);
});
