import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bandTop,
  boxesOf,
  DAY,
  FILLED,
  layingOut,
  layOut,
  MONTH,
  monthsOf,
  rowAt,
  rowOf,
  type Layout,
} from '../../src/model/layout';
import { countOf, RATIOS } from '../../src/model/shape';
import { inSlices } from '../../src/model/slices';
import { metrics, shapeOf, shapes } from './shapes';

const DESKTOP = {
  width: 1200,
  row: 200,
  gap: 4,
  dayGap: 20,
  heading: 48,
  month: 56,
  narrowestDay: 128,
};
const LANDSCAPE = 2560;

function allRows(layout: Layout): number[] {
  return Array.from({ length: layout.rows }, (_, row) => row);
}

/** Whether a day that began in this row, or before it, goes on in the next. */
function goesOn(layout: Layout, row: number): boolean {
  const next = layout.starts[row + 1] ?? 0;
  return next < countOf(layout.shape) && !layout.shape.starts.includes(next);
}

function holds(check: (layout: Layout) => void): void {
  fc.assert(
    fc.property(shapes, metrics, (shape, own) => check(layOut(shape, own))),
    { numRuns: 300 },
  );
}

describe('of any library and width', () => {
  test('each picture is in one row, in order', () => {
    holds((layout) => {
      const positions = allRows(layout).flatMap((row) =>
        boxesOf(layout, row).boxes.map((box) => box.position),
      );
      expect(positions).toEqual(Array.from({ length: countOf(layout.shape) }, (_, at) => at));
    });
  });

  test('rows fill the width, but for the last of a day', () => {
    holds((layout) => {
      for (const row of allRows(layout)) {
        const { boxes } = boxesOf(layout, row);
        const last = boxes.at(-1);
        const right = (last?.x ?? 0) + (last?.width ?? 0);
        expect(right).toBeLessThanOrEqual(layout.metrics.width + 1);
        const filled = ((layout.marks[row] ?? 0) & FILLED) > 0;
        if (filled) expect(right).toBeGreaterThanOrEqual(layout.metrics.width - 1);
        if (goesOn(layout, row)) expect(filled).toBe(true);
      }
    });
  });

  test('nothing overlaps: pictures, headings, rows', () => {
    holds((layout) => {
      const { gap, dayGap, width } = layout.metrics;
      let bottom = 0;
      for (const row of allRows(layout)) {
        const { boxes, days } = boxesOf(layout, row);
        let right = -gap;
        for (const box of boxes) {
          expect(box.x).toBeGreaterThanOrEqual(right + gap - 1);
          right = box.x + box.width;
        }
        let before = -dayGap;
        for (const day of days) {
          expect(day.x).toBeGreaterThanOrEqual(before + dayGap - 1);
          before = day.x + day.width;
        }
        expect(before).toBeLessThanOrEqual(width + 1);
        expect(bandTop(layout, row)).toBeGreaterThanOrEqual(bottom);
        bottom = (layout.tops[row] ?? 0) + (layout.heights[row] ?? 0);
      }
    });
  });

  test('the height is that of all rows, headings and gaps', () => {
    holds((layout) => {
      const { heading, month, gap } = layout.metrics;
      const height = allRows(layout).reduce((sum, row) => {
        const marks = layout.marks[row] ?? 0;
        const above = (marks & DAY ? heading : 0) + (marks & MONTH ? month : 0);
        return sum + above + (layout.heights[row] ?? 0);
      }, 0);
      expect(layout.height).toBe(height + Math.max(0, layout.rows - 1) * gap);
    });
  });

  test('each day has its heading where it begins, each month one', () => {
    holds((layout) => {
      const { shape } = layout;
      const headings = allRows(layout).flatMap((row) =>
        boxesOf(layout, row).days.map((one) => [one.day, row]),
      );
      expect(headings.map(([day]) => day)).toEqual(shape.days.map((_, day) => day));
      for (const [day = 0, row = 0] of headings) {
        const start = shape.starts[day] ?? 0;
        const { boxes, days } = boxesOf(layout, row);
        expect(boxes.find((box) => box.position === start)?.x).toBe(
          days.find((one) => one.day === day)?.x,
        );
      }
    });
  });

  test('each month is below a heading that names it', () => {
    holds((layout) => {
      const { shape } = layout;
      let [newest, oldest] = ['', ''];
      const named: string[] = [];
      for (const row of allRows(layout)) {
        if ((layout.marks[row] ?? 0) & MONTH) {
          [newest, oldest] = monthsOf(layout, row);
          named.push(newest.slice(0, 7));
        }
        for (const { day } of boxesOf(layout, row).days) {
          const name = shape.days[day] ?? '';
          expect(name <= newest && name >= oldest).toBe(true);
        }
      }
      expect(new Set(named).size).toBe(named.length);
    });
  });

  test('only months that are small share a row or a heading', () => {
    holds((layout) => {
      const months = new Map<string, number>();
      for (const row of allRows(layout)) {
        const { days } = boxesOf(layout, row);
        const here = new Set(days.map((one) => layout.shape.days[one.day]?.slice(0, 7) ?? ''));
        for (const month of here) {
          months.set(month, (months.get(month) ?? 0) + (here.size > 1 ? 100 : 1));
        }
      }
      for (const row of allRows(layout)) {
        if (!((layout.marks[row] ?? 0) & MONTH)) continue;
        const [newest, oldest] = monthsOf(layout, row);
        if (newest.slice(0, 7) === oldest.slice(0, 7)) continue;
        // A small month is in one row, or at the end of one and the beginning of the next.
        for (const [month, count] of months) {
          if (month <= newest.slice(0, 7) && month >= oldest.slice(0, 7)) {
            expect(count % 100).toBeLessThanOrEqual(2);
          }
        }
      }
    });
  });

  test('pictures have their own proportions', () => {
    holds((layout) => {
      for (const row of allRows(layout)) {
        const height = layout.heights[row] ?? 0;
        for (const box of boxesOf(layout, row).boxes) {
          const ratio = RATIOS[layout.shape.codes[box.position] ?? 0] ?? 1;
          // A height in whole pixels is up to half of one off, and an edge up to one.
          expect(Math.abs(box.width - ratio * height)).toBeLessThanOrEqual(0.5 * ratio + 1.01);
        }
      }
    });
  });

  test('rows are near the height that they are meant to have', () => {
    holds((layout) => {
      const { row: wanted, width } = layout.metrics;
      fc.pre(width >= 2 * wanted); // narrower windows than a phone's have no good answer
      for (const row of allRows(layout)) {
        const height = layout.heights[row] ?? 0;
        expect(height).toBeLessThanOrEqual(wanted * 2.4);
        expect(height).toBeGreaterThanOrEqual(wanted / 2.4);
      }
    });
  });

  test('in slices it is the same as at once', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, metrics, async (shape, own) => {
        expect(await inSlices(layingOut(shape, own))).toEqual(layOut(shape, own));
      }),
      { numRuns: 50 },
    );
  });

  test('a row is found by where it is, and by what it holds', () => {
    holds((layout) => {
      for (const row of allRows(layout)) {
        const [top, height] = [layout.tops[row] ?? 0, layout.heights[row] ?? 0];
        expect(rowAt(layout, bandTop(layout, row))).toBe(row);
        expect(rowAt(layout, top)).toBe(row);
        expect(rowAt(layout, top + height - 1)).toBe(row);
        expect(rowOf(layout, layout.starts[row] ?? 0)).toBe(row);
        expect(rowOf(layout, (layout.starts[row + 1] ?? 0) - 1)).toBe(row);
      }
    });
  });
});

test('short days of a month stand side by side, months do not', () => {
  const busy = Array.from({ length: 9 }, () => LANDSCAPE);
  const layout = layOut(
    shapeOf([
      ['2021-07-04', [LANDSCAPE]],
      ['2021-07-02', [LANDSCAPE, LANDSCAPE]],
      ['2021-07-01', busy],
      ['2021-06-30', [LANDSCAPE]],
      ['2021-06-01', busy],
    ]),
    DESKTOP,
  );
  expect(boxesOf(layout, 0).days.map((one) => one.day)).toEqual([0, 1]);
  const months = allRows(layout).filter((row) => (layout.marks[row] ?? 0) & MONTH);
  expect(months.map((row) => layout.starts[row])).toEqual([0, 12]);
});

test('months with little in them stand side by side below one heading', () => {
  const layout = layOut(
    shapeOf([
      ['2021-07-04', [LANDSCAPE]],
      ['2021-05-02', [LANDSCAPE]],
      ['2020-12-30', [LANDSCAPE]],
    ]),
    DESKTOP,
  );
  expect([...layout.starts]).toEqual([0, 3]);
  expect(monthsOf(layout, 0)).toEqual(['2021-07-04', '2020-12-30']);
});

test('a day of 70,000 is laid out as fast as any', () => {
  const codes = Array.from({ length: 70_000 }, (_, at) => (at * 997) % 4096);
  const shape = shapeOf([['2021-07-04', codes]]);
  layOut(shape, DESKTOP);
  const began = performance.now();
  const layout = layOut(shape, DESKTOP);
  expect(performance.now() - began).toBeLessThan(50);
  expect(layout.rows).toBeGreaterThan(7_000);
});

test('nothing at all has no height', () => {
  const layout = layOut(shapeOf([]), DESKTOP);
  expect([layout.rows, layout.height]).toEqual([0, 0]);
});
