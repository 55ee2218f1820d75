/** Where keys lead in a grid whose rows have different numbers of pictures. */

import { byKey, SHORTCUTS, type Pressed } from '../model/keys';
import { boxesOf, rowAt, rowOf, type Layout } from '../model/layout';
import { countOf } from '../model/shape';
import { stepped, USUAL, type Size } from '../model/size';

/** @returns the position to go to. @param screen in pixels. */
type Move = (layout: Layout, position: number, screen: number) => number;

const MOVES = byKey<keyof typeof SHORTCUTS.photos, Move>(SHORTCUTS.photos, {
  move: [
    (layout, position) => within(layout, position - 1),
    (layout, position) => within(layout, position + 1),
    (layout, position) => beside(layout, position, rowOf(layout, position) - 1),
    (layout, position) => beside(layout, position, rowOf(layout, position) + 1),
  ],
  page: [
    (layout, position, screen) => leap(layout, position, -screen),
    (layout, position, screen) => leap(layout, position, screen),
  ],
  ends: [() => 0, (layout) => within(layout, Infinity)],
});

const RESIZES = byKey<keyof typeof SHORTCUTS.photos, (size: Size) => Size>(SHORTCUTS.photos, {
  size: [(size) => stepped(size, 1), (size) => stepped(size, -1)],
  usual: () => USUAL,
});

/** @returns the size that a key leads to; null for one that has nothing to do with it. */
export function resized(size: Size, pressed: Pressed): Size | null {
  // With Ctrl the same keys are the browser's.
  const others = pressed.ctrlKey || pressed.metaKey || pressed.altKey || pressed.defaultPrevented;
  return others ? null : (RESIZES.get(pressed.key)?.(size) ?? null);
}

/** @returns the position to go to; null for a key that leads nowhere. @param screen in pixels. */
export function target(
  layout: Layout,
  position: number,
  key: string,
  screen: number,
): number | null {
  return MOVES.get(key)?.(layout, position, screen) ?? null;
}

function within(layout: Layout, position: number): number {
  return Math.min(Math.max(position, 0), countOf(layout.shape) - 1);
}

function leap(layout: Layout, position: number, by: number): number {
  const row = rowOf(layout, position);
  const to = rowAt(layout, Math.max(0, (layout.tops[row] ?? 0) + by));
  return beside(layout, position, to === row ? row + Math.sign(by) : to);
}

/** The picture of another row whose middle is nearest to that of this one. */
function beside(layout: Layout, position: number, row: number): number {
  if (row < 0 || row >= layout.rows) return position;
  const from = boxesOf(layout, rowOf(layout, position)).boxes.find((b) => b.position === position);
  const middle = from ? from.x + from.width / 2 : 0;
  let best = position;
  let least = Infinity;
  for (const box of boxesOf(layout, row).boxes) {
    const away = Math.abs(box.x + box.width / 2 - middle);
    if (away >= least) continue;
    least = away;
    best = box.position;
  }
  return best;
}
