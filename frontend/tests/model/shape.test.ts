import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dayAt,
  kept,
  partsOf,
  positionOfDay,
  RATIOS,
  reading,
  withFiles,
} from '../../src/model/shape';
import { inSlices } from '../../src/model/slices';
import { shapeOf, shapes } from './shapes';

const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function told(codes: readonly number[]): string {
  return codes.map((code) => `${SIGNS[code >> 6] ?? ''}${SIGNS[code & 63] ?? ''}`).join('');
}

test('what the API tells is read', async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const days = shape.days.map((day, at): [string, string] => [
        day,
        told([...shape.codes.slice(shape.starts[at], shape.starts[at + 1])]),
      ]);
      expect(await inSlices(reading({ cursor: 'c', signs: SIGNS, days }))).toEqual(shape);
    }),
    { numRuns: 100 },
  );
});

test('codes are what the API says they are', () => {
  expect(RATIOS[2048]).toBe(1);
  expect(RATIOS[2047]).toBe(1);
  // height / width = 1 - (n - 2048) / 2047, and the other way round.
  expect(RATIOS[2048 + 512]).toBeCloseTo(1 / (1 - 512 / 2047), 5);
  expect(RATIOS[2047 - 512]).toBeCloseTo(1 - 512 / 2047, 5);
  expect(Math.min(...RATIOS)).toBeGreaterThan(0.4);
  expect(Math.max(...RATIOS)).toBeLessThan(4);
});

test('days are found by position and by name', () => {
  const shape = shapeOf([
    ['2021-07-04', [1, 2]],
    ['2021-07-02', [3]],
    ['2020-01-01', [4, 5]],
  ]);
  expect([0, 1, 2, 3, 4].map((at) => dayAt(shape, at))).toEqual([0, 0, 1, 2, 2]);
  const found = [
    '2022-01-01',
    '2021-07-04',
    '2021-07-03',
    '2021-07-02',
    '2020-12-31',
    '1999-01-01',
  ];
  expect(found.map((day) => positionOfDay(shape, day))).toEqual([0, 0, 2, 2, 3, 3]);
});

test('days that have not changed are found in another shape', () => {
  const from = shapeOf([
    ['2021-07-04', [1, 2]],
    ['2021-07-02', [3]],
    ['2021-07-01', [7]],
    ['2020-01-01', [4, 5]],
  ]);
  const to = shapeOf([
    ['2021-07-05', [9]],
    ['2021-07-04', [1, 2]],
    ['2021-07-02', [3, 3]],
    ['2020-01-01', [4, 6]],
  ]);
  expect([...kept(from, to)]).toEqual([1, -1, -1, -1]);
});

test('files that are still to be read are squares in their days, behind what is known', () => {
  const shape = shapeOf([
    ['2021-07-04', [1, 2]],
    ['2020-01-01', [4, 5]],
  ]);
  const all = withFiles(shape, [
    ['2021-08-01', 2],
    ['2020-01-01', 3],
  ]);
  expect(all.days).toEqual(['2021-08-01', '2021-07-04', '2020-01-01']);
  expect([...all.starts]).toEqual([0, 2, 4, 9]);
  expect([...all.codes]).toEqual([2048, 2048, 1, 2, 4, 5, 2048, 2048, 2048]);
  expect(withFiles(shape, [])).toBe(shape);
  expect(partsOf(all, 1, 8)).toEqual({
    assets: { day: '2021-07-04', offset: 0, positions: [2, 3, 4, 5] },
    files: { day: '2021-08-01', offset: 1, positions: [1, 6, 7] },
  });
  expect(partsOf(all, 7, 9).files).toEqual({ day: '2020-01-01', offset: 1, positions: [7, 8] });
  expect(partsOf(shape, 1, 4)).toEqual({
    assets: { day: '2021-07-04', offset: 1, positions: [1, 2, 3] },
    files: null,
  });
  // Who has been read is another one now, even where it looks the same.
  const later = withFiles(shapeOf([['2020-01-01', [4, 5, 2048]]]), [['2020-01-01', 2]]);
  expect([...kept(all, later)]).toEqual([-1, -1, -1]);
});
