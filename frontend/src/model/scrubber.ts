/** What is written beside the whole library: years, and months where there is room. */

import { bandTop, rowAt, rowOf, type Layout } from './layout';
import { dayAt } from './shape';

/** How much of an ISO 8601 day names its year, and its month. */
const YEAR = 4;
const MONTH = 7;

export interface Mark {
  /** Year such as `2021`, or month such as `2021-07`. */
  readonly text: string;
  /** From the top of the scrubber, in pixels. */
  readonly y: number;
  /** Where it begins in the whole: a pixel of the scrubber is many of those. */
  readonly place: number;
}

/** Between two years, so that they can be read; and between two dots. */
const YEAR_PX = 26;
const MONTH_PX = 9;

/**
 * @param height of the scrubber in pixels.
 * @returns the years that have room for their name, and the months that have room for a dot.
 */
export function marksOf(layout: Layout, height: number): { years: Mark[]; months: Mark[] } {
  const { shape } = layout;
  const years: Mark[] = [];
  const months: Mark[] = [];
  let [year, month] = ['', ''];
  shape.days.forEach((day, at) => {
    if (!day || day.slice(0, 7) === month) return;
    month = day.slice(0, 7);
    const place = bandTop(layout, rowOf(layout, shape.starts[at] ?? 0));
    const y = (place / Math.max(layout.height, 1)) * height;
    if (day.slice(0, 4) !== year) {
      year = day.slice(0, 4);
      const fits = y - (years.at(-1)?.y ?? -Infinity) >= YEAR_PX && y <= height - YEAR_PX / 2;
      if (fits) years.push({ text: year, y, place });
    }
    if (y - (months.at(-1)?.y ?? -Infinity) >= MONTH_PX) months.push({ text: month, y, place });
  });
  return { years, months };
}

/** Where the window has to be for a point of the scrubber: the ends are the ends. */
export function placeAt(layout: Layout, screen: number, share: number): number {
  return Math.min(Math.max(share, 0), 1) * Math.max(0, layout.height - screen);
}

/** The opposite: how far down the window is, from 0 to 1. */
export function shareAt(layout: Layout, screen: number, at: number): number {
  const far = Math.max(0, layout.height - screen);
  return far ? Math.min(Math.max(at / far, 0), 1) : 0;
}

/** The day that is at the top of the window. @param at with what covers the window. */
export function dayOf(layout: Layout, at: number): number {
  if (!layout.rows) return 0;
  return dayAt(layout.shape, layout.starts[rowAt(layout, Math.max(0, at))] ?? 0);
}

/** The newest day of a day's month, both as indices of days, the newest first. */
export function beginOfMonth(days: readonly string[], day: number): number {
  return beginOf(days, day, MONTH);
}

/** Where keys lead, as a day of the shape: months and years begin where their last day stands. */
export function dayByKey(layout: Layout, day: number, key: string): number | null {
  const { days } = layout.shape;
  const last = days.length - 1;
  const length = key.startsWith('Page') ? YEAR : MONTH;
  switch (key) {
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowDown':
    case 'ArrowLeft':
    case 'PageDown':
      return beginOf(days, Math.min(endOf(days, day, length) + 1, last), length);
    case 'ArrowUp':
    case 'ArrowRight':
    case 'PageUp': {
      const begin = beginOf(days, day, length);
      return begin < day ? begin : beginOf(days, Math.max(begin - 1, 0), length);
    }
    default:
      return null;
  }
}

/** @param length how much of the days' names is the same: that of a year or of a month. */
function beginOf(days: readonly string[], from: number, length: number): number {
  const same = days[from]?.slice(0, length);
  let at = from;
  while (at > 0 && days[at - 1]?.slice(0, length) === same) at--;
  return at;
}

function endOf(days: readonly string[], from: number, length: number): number {
  const same = days[from]?.slice(0, length);
  let at = from;
  while (at < days.length - 1 && days[at + 1]?.slice(0, length) === same) at++;
  return at;
}
