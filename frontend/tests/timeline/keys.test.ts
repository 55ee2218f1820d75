import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxesOf, layOut, rowOf } from '../../src/model/layout';
import { countOf } from '../../src/model/shape';
import { resized, target } from '../../src/timeline/keys';
import { metrics, shapes } from '../model/shapes';

const SCREEN = 700;

test('arrows lead to neighbours, and nowhere beyond the ends', () => {
  fc.assert(
    fc.property(shapes, metrics, fc.nat(), (shape, own, seed) => {
      const layout = layOut(shape, own);
      const count = countOf(shape);
      if (!count) return;
      const from = seed % count;
      const to = (key: string): number => target(layout, from, key, SCREEN) ?? -1;
      expect(to('ArrowRight')).toBe(Math.min(from + 1, count - 1));
      expect(to('ArrowLeft')).toBe(Math.max(from - 1, 0));
      expect(to('Home')).toBe(0);
      expect(to('End')).toBe(count - 1);
      const row = rowOf(layout, from);
      expect(rowOf(layout, to('ArrowDown'))).toBe(Math.min(row + 1, layout.rows - 1));
      expect(rowOf(layout, to('ArrowUp'))).toBe(Math.max(row - 1, 0));
      expect(rowOf(layout, to('PageDown'))).toBeGreaterThan(row < layout.rows - 1 ? row : row - 1);
      expect(rowOf(layout, to('PageUp'))).toBeLessThan(row > 0 ? row : 1);
      expect(target(layout, from, 'a', SCREEN)).toBeNull();
    }),
  );
});

test('down leads to the picture whose middle is nearest', () => {
  fc.assert(
    fc.property(shapes, metrics, fc.nat(), (shape, own, seed) => {
      const layout = layOut(shape, own);
      const count = countOf(shape);
      if (!count) return;
      const from = seed % count;
      const row = rowOf(layout, from);
      if (row + 1 >= layout.rows) return;
      const middle = (box: { x: number; width: number } | undefined): number =>
        (box?.x ?? 0) + (box?.width ?? 0) / 2;
      const here = middle(boxesOf(layout, row).boxes.find((box) => box.position === from));
      const below = boxesOf(layout, row + 1).boxes;
      const to = target(layout, from, 'ArrowDown', SCREEN);
      const away = Math.abs(middle(below.find((box) => box.position === to)) - here);
      for (const box of below) expect(Math.abs(middle(box) - here)).toBeGreaterThanOrEqual(away);
    }),
  );
});

test("the size is the grid's, with Ctrl the browser's", () => {
  const plus = { key: '+', ctrlKey: false, metaKey: false, altKey: false };
  expect(resized('usual', plus)).toBe('large');
  expect(resized('usual', { ...plus, key: '=' })).toBe('large');
  expect(resized('largest', plus)).toBe('largest');
  expect(resized('usual', { ...plus, key: '-' })).toBe('small');
  expect(resized('largest', { ...plus, key: '0' })).toBe('usual');
  expect(resized('usual', { ...plus, key: 'a' })).toBeNull();
  for (const held of ['ctrlKey', 'metaKey', 'altKey'] as const) {
    expect(resized('usual', { ...plus, [held]: true })).toBeNull();
  }
});
