import { expect, test } from 'vitest';
import { done, leftOfStep, Pace } from '../../src/model/progress';

test('the time left follows from how fast it went', () => {
  const pace = new Pace();
  expect(pace.tell({ atMs: 0, left: 1_000 })).toBeNull();
  expect(pace.tell({ atMs: 2_000, left: 990 })).toBeNull(); // too little to tell
  expect(pace.tell({ atMs: 10_000, left: 900 })).toBeCloseTo(90, 0);
});

test('what was long ago does not count', () => {
  const pace = new Pace();
  for (let s = 0; s <= 600; s += 10) pace.tell({ atMs: s * 1_000, left: 10_000 - s });
  let told: number | null = null;
  for (let s = 610; s <= 700; s += 10) {
    told = pace.tell({ atMs: s * 1_000, left: 9_400 - (s - 600) * 10 });
  }
  expect(told).toBeCloseTo((9_400 - 1_000) / 10, 0);
});

test('when more is found, or nothing moves, nobody can tell', () => {
  const pace = new Pace();
  pace.tell({ atMs: 0, left: 100 });
  pace.tell({ atMs: 20_000, left: 50 });
  expect(pace.tell({ atMs: 30_000, left: 500 })).toBeNull();
  expect(pace.tell({ atMs: 50_000, left: 500 })).toBeNull();
});

test('a file that has been read still wants its picture', () => {
  const none = { files: 0, assets: 0, unhashed: 0, unpictured: 0, rough: 0 };
  const counts = { ...none, failed: 0, parked: 0, missing: 0 };
  expect(done(counts)).toBe(0);
  expect(done({ ...counts, files: 10, unhashed: 10 })).toBe(0);
  expect(done({ ...counts, files: 10, unhashed: 0, unpictured: 7, rough: 3 })).toBe(0.5);
  expect(done({ ...counts, files: 10 })).toBe(1);
  expect(leftOfStep('reading', { ...counts, unhashed: 4, unpictured: 6 })).toBe(4);
  expect(leftOfStep('picturing', { ...counts, unpictured: 6, rough: 1 })).toBe(7);
  expect(leftOfStep('describing', { ...counts, unpictured: 6 })).toBeNull();
});
