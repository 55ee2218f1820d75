import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startOf, type Rect } from '../../src/viewer/flight';

const edge = fc.integer({ min: 1, max: 4_000 });
const rect = fc.record({ x: fc.integer(), y: fc.integer(), width: edge, height: edge });

/** Where it is seen: laid, enlarged from its middle and cut as the start says. */
function seen(place: Rect, start: { transform: string; clipPath: string }): Rect {
  const numbers = (text: string): number[] => (text.match(/-?[\d.]+(e-?\d+)?/g) ?? []).map(Number);
  const [x = 0, y = 0, scale = 1] = numbers(start.transform);
  const [ends = 0, sides = 0] = numbers(start.clipPath);
  const width = (place.width - 2 * sides) * scale;
  const height = (place.height - 2 * ends) * scale;
  return {
    x: place.x + place.width / 2 + x - width / 2,
    y: place.y + place.height / 2 + y - height / 2,
    width,
    height,
  };
}

test('it begins exactly where the tile is, whatever the tile shows of it', () => {
  fc.assert(
    fc.property(rect, rect, (tile, place) => {
      const start = startOf(tile, place);
      if (!start) throw new Error('no start');
      const found = seen(place, start);
      for (const name of ['x', 'y', 'width', 'height'] as const) {
        expect(found[name]).toBeCloseTo(tile[name], 3);
      }
    }),
  );
});

test('it is never torn: one scale for both directions', () => {
  // A panorama, of which the tile shows the middle.
  const start = startOf(
    { x: 0, y: 0, width: 700, height: 200 },
    { x: 0, y: 300, width: 1200, height: 100 },
  );
  expect(start?.transform).toContain('scale(2)');
  expect(start?.clipPath).toBe('inset(0px 425px)');
});

test('without a size there is none', () => {
  const one = { x: 0, y: 0, width: 10, height: 10 };
  expect(startOf(one, { ...one, width: 0 })).toBeNull();
  expect(startOf({ ...one, height: 0 }, one)).toBeNull();
});
