/** Where the arrow keys lead in a grid whose rows have different numbers of pictures. */

import { boxesOf, rowAt, rowOf, type Layout } from '../model/layout';
import { countOf } from '../model/shape';

/** @returns the position to go to; null for a key that leads nowhere. @param screen in pixels. */
export function target(
  layout: Layout,
  position: number,
  key: string,
  screen: number,
): number | null {
  const last = countOf(layout.shape) - 1;
  const within = (at: number): number => Math.min(Math.max(at, 0), last);
  switch (key) {
    case 'ArrowLeft':
      return within(position - 1);
    case 'ArrowRight':
      return within(position + 1);
    case 'ArrowUp':
      return beside(layout, position, rowOf(layout, position) - 1);
    case 'ArrowDown':
      return beside(layout, position, rowOf(layout, position) + 1);
    case 'PageUp':
      return leap(layout, position, -screen);
    case 'PageDown':
      return leap(layout, position, screen);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
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
