/** Distances of the grid for a width. */

import type { Metrics } from '../model/layout';

const PHONE_PX = 600;
const WIDE_PX = 1_700;

export function metricsFor(width: number): Metrics {
  if (width < PHONE_PX) {
    const own = { gap: 3, dayGap: 12, heading: 44, month: 40, narrowestDay: 112 };
    return { width, row: 116, ...own };
  }
  const own = { gap: 4, dayGap: 20, heading: 48, month: 56, narrowestDay: 152 };
  return { width, row: width < WIDE_PX ? 190 : 230, ...own };
}
