import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layOut } from '../../src/model/layout';
import { beginOfMonth, dayByKey, dayOf, marksOf, placeAt, shareAt } from '../../src/model/scrubber';
import { metrics, shapeOf, shapes } from './shapes';

const SCREEN = 800;
const DESKTOP = {
  width: 1200,
  row: 200,
  gap: 4,
  dayGap: 20,
  heading: 48,
  month: 56,
  narrowestDay: 128,
};

function library(): ReturnType<typeof layOut> {
  const days: [string, number[]][] = [];
  for (let at = 0; at < 3_650; at += 3) {
    const day = new Date(Date.UTC(2021, 11, 31) - at * 86_400_000).toISOString().slice(0, 10);
    days.push([day, Array.from({ length: 1 + (at % 11) }, () => 2560)]);
  }
  return layOut(shapeOf(days), DESKTOP);
}

test('years are named from top to bottom, and have room', () => {
  fc.assert(
    fc.property(shapes, metrics, fc.integer({ min: 100, max: 1_200 }), (shape, own, height) => {
      const { years, months } = marksOf(layOut(shape, own), height);
      for (const marks of [years, months]) {
        for (const [at, mark] of marks.entries()) {
          expect(mark.y).toBeLessThanOrEqual(height);
          const before = marks[at - 1];
          if (!before) continue;
          expect(mark.text < before.text).toBe(true);
          expect(mark.y - before.y).toBeGreaterThanOrEqual(marks === years ? 26 : 9);
        }
      }
    }),
  );
});

test('a point of the scrubber is a place and back', () => {
  const layout = library();
  for (const share of [0, 0.1, 0.5, 0.999, 1]) {
    expect(shareAt(layout, SCREEN, placeAt(layout, SCREEN, share))).toBeCloseTo(share, 9);
  }
  expect(placeAt(layout, SCREEN, -1)).toBe(0);
  expect(placeAt(layout, SCREEN, 2)).toBe(layout.height - SCREEN);
});

test('beside the name of a year it is that year', () => {
  const layout = library();
  const { years } = marksOf(layout, 700);
  expect(years.length).toBeGreaterThan(8);
  for (const { text, place } of years) {
    expect(layout.shape.days[dayOf(layout, place)]?.slice(0, 4)).toBe(text);
  }
});

test('keys go by months and years, and to the ends', () => {
  const { shape } = library();
  const layout = library();
  const day = shape.days.findIndex((one) => one.startsWith('2019-06'));
  const at = (key: string, from = day): string | undefined =>
    shape.days[dayByKey(layout, from, key) ?? -1]?.slice(0, key.startsWith('Page') ? 4 : 7);
  expect(at('ArrowDown')).toBe('2019-05');
  expect(at('ArrowUp')).toBe('2019-07');
  expect(at('ArrowUp', day + 2)).toBe('2019-06');
  expect(at('PageDown')).toBe('2018');
  expect(
    at(
      'PageUp',
      shape.days.findIndex((one) => one.startsWith('2019')),
    ),
  ).toBe('2020');
  expect(dayByKey(layout, day, 'Home')).toBe(0);
  expect(dayByKey(layout, day, 'End')).toBe(shape.days.length - 1);
  expect(dayByKey(layout, 0, 'ArrowUp')).toBe(0);
  expect(dayByKey(layout, day, 'x')).toBeNull();
});

test('a month begins with its newest day', () => {
  const days = ['2021-03-02', '2021-03-01', '2020-03-09', '2020-02-01'];
  expect(days.map((_, day) => beginOfMonth(days, day))).toEqual([0, 0, 2, 3]);
});
