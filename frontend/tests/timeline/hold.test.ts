import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxesOf, layOut, rowOf, type Layout } from '../../src/model/layout';
import { countOf } from '../../src/model/shape';
import { SIZES, type Size } from '../../src/model/size';
import type { Known } from '../../src/timeline/anchor';
import { Hold } from '../../src/timeline/hold';
import { metricsFor } from '../../src/timeline/metrics';
import { shapes } from '../model/shapes';

const UNKNOWN: Known = { item: () => undefined, positionOf: () => undefined };
const size = fc.constantFrom<Size>(...SIZES);

/** A point in the middle of a picture, as the window has it. */
function pointOf(layout: Layout, position: number, at: number): { x: number; y: number } {
  const row = rowOf(layout, position);
  const box = boxesOf(layout, row).boxes.find((one) => one.position === position);
  const y = (layout.tops[row] ?? 0) + (layout.heights[row] ?? 0) / 2 - at;
  return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y };
}

test('a picture stays where it is, through all sizes and back', () => {
  const widths = fc.constantFrom(374, 788, 1184, 1900);
  fc.assert(
    fc.property(shapes, widths, fc.nat(), fc.array(size), (shape, width, seed, sizes) => {
      fc.pre(countOf(shape) > 0);
      const position = seed % countOf(shape);
      let layout = layOut(shape, metricsFor(width, 'usual'));
      let at = pointOf(layout, position, 400).y;
      const point = pointOf(layout, position, at);
      const hold = new Hold();
      for (const one of sizes) {
        hold.take(layout, UNKNOWN, point, at, 0);
        layout = layOut(shape, metricsFor(width, one));
        at = hold.placeIn(layout, UNKNOWN, at) ?? Number.NaN;
        hold.stand(at);
        expect(Math.abs(pointOf(layout, position, at).y - point.y)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('who has gone elsewhere holds nothing, or something else', () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      fc.pre(countOf(shape) > 40);
      const layout = layOut(shape, metricsFor(1184, 'usual'));
      const hold = new Hold();
      expect(hold.placeIn(layout, UNKNOWN, 0)).toBeNull();
      hold.take(layout, UNKNOWN, pointOf(layout, 0, 0), 0, 0);
      expect(hold.placeIn(layout, UNKNOWN, 300)).toBeNull();
      const far = countOf(shape) - 1;
      hold.take(layout, UNKNOWN, pointOf(layout, far, 0), 0, 0);
      const other = layOut(shape, metricsFor(1184, 'small'));
      const at = hold.placeIn(other, UNKNOWN, 0) ?? Number.NaN;
      expect(Math.abs(pointOf(other, far, at).y - pointOf(layout, far, 0).y)).toBeLessThanOrEqual(
        1,
      );
    }),
  );
});
