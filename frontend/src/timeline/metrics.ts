/** Distances of the grid for a width. */

import type { Metrics } from '../model/layout';
import { SIZES, type Size } from '../model/size';

const PHONE_PX = 600;
const WIDE_PX = 1_700;

/** Heights of rows, one of each of `SIZES`. */
const PHONE = [58, 116, 170, 290];
const DESK = [96, 190, 280, 400];
const WIDE = [116, 230, 330, 480];

export function metricsFor(width: number, size: Size): Metrics {
  const at = SIZES.indexOf(size);
  if (width < PHONE_PX) {
    const own = { gap: at ? 3 : 2, dayGap: 12, heading: 44, month: 40, narrowestDay: 112 };
    return { width, row: PHONE[at] ?? 0, ...own };
  }
  const own = { gap: 4, dayGap: 20, heading: 48, month: 56, narrowestDay: 152 };
  return { width, row: (width < WIDE_PX ? DESK : WIDE)[at] ?? 0, ...own };
}

/** Whether rows are meant to be taller or lower in the same width. */
export function isResized(before: Metrics, now: Metrics): boolean {
  return before.width === now.width && before.row !== now.row;
}
