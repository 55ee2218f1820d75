/** Shapes for tests. */

import fc from 'fast-check';
import type { Metrics } from '../../src/model/layout';
import type { Shape } from '../../src/model/shape';

/** Of days, newest first, each with its codes. */
export function shapeOf(days: readonly (readonly [string, readonly number[]])[]): Shape {
  const starts = [0];
  for (const [, codes] of days) starts.push((starts.at(-1) ?? 0) + codes.length);
  return {
    days: days.map(([day]) => day),
    starts: Uint32Array.from(starts),
    codes: Uint16Array.from(days.flatMap(([, codes]) => codes)),
  };
}

const code = fc.oneof(
  fc.integer({ min: 0, max: 4095 }),
  fc.constantFrom(0, 1535, 2048, 2560, 2700, 4095),
);

/** Shapes of some years: busy days, and many with one picture or two. */
export const shapes: fc.Arbitrary<Shape> = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 900 }),
      fc.oneof(
        fc.array(code, { minLength: 1, maxLength: 3 }),
        fc.array(code, { minLength: 1, maxLength: 80 }),
      ),
    ),
    { maxLength: 40 },
  )
  .map((days) => {
    const byDay = new Map(days);
    return shapeOf(
      [...byDay.keys()]
        .sort((one, other) => other - one)
        .map((day) => [
          new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10),
          byDay.get(day) ?? [],
        ]),
    );
  });

export const metrics: fc.Arbitrary<Metrics> = fc.record({
  width: fc.integer({ min: 280, max: 3_000 }),
  row: fc.integer({ min: 50, max: 500 }),
  gap: fc.integer({ min: 0, max: 8 }),
  dayGap: fc.integer({ min: 8, max: 24 }),
  heading: fc.integer({ min: 30, max: 60 }),
  month: fc.integer({ min: 30, max: 60 }),
  narrowestDay: fc.integer({ min: 60, max: 140 }),
});
