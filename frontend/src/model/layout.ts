/**
 * Where each picture of a timeline is: rows that fill the width, days with their headings.
 *
 * A day begins a row. Days that do not fill one stand side by side in it, as long as they are of
 * one month. Months that do not fill one stand side by side, too, below one heading for all that
 * follow each other. Everything is known before any picture is: the layout of a shape is exact.
 */

import { lastAtMost, RATIOS, type Shape } from './shape';

/** Distances in CSS pixels, all whole. */
export interface Metrics {
  readonly width: number;
  /** How tall rows are meant to be; what fills the width is near it. */
  readonly row: number;
  /** Between two pictures. */
  readonly gap: number;
  /** Between two days in one row. */
  readonly dayGap: number;
  /** Of the room for a heading above the first row of a day. */
  readonly heading: number;
  /** Of the room that the first day of a month has besides. */
  readonly month: number;
  /** Narrowest room of a day that shares its row, so that its heading can be read. */
  readonly narrowestDay: number;
}

export interface Layout {
  readonly metrics: Metrics;
  readonly shape: Shape;
  readonly rows: number;
  /** Position of the first picture of each row, and behind them the count of all. */
  readonly starts: Uint32Array;
  /** Distance of the pictures of each row from the top; headings are above. */
  readonly tops: Float64Array;
  readonly heights: Uint16Array;
  /** Of each row, see `FILLED`, `DAY`, `MONTH`. */
  readonly marks: Uint8Array;
  readonly height: number;
}

/** The row's pictures are as wide as all the room. */
export const FILLED = 1;
/** Days begin in this row. */
export const DAY = 2;
/** A month does, or a run of months that are too small to have rows of their own. */
export const MONTH = 4;

/** A picture in its row. */
export interface Box {
  readonly position: number;
  readonly x: number;
  readonly width: number;
}

/** A heading above a row. */
export interface DayBox {
  /** Number of the day in the shape. */
  readonly day: number;
  readonly x: number;
  readonly width: number;
}

/** A row that leaves less than this of its room empty is made to fill it, at the end of a day. */
const TALLEST = 1.3;

/** Lay out a shape, giving way to others between days. See `slices.ts`. */
export function* layingOut(shape: Shape, metrics: Metrics): Generator<void, Layout> {
  const builder = new Builder(shape, metrics);
  for (let day = 0; day < shape.days.length; day++) {
    builder.add(day);
    yield;
  }
  return builder.finish();
}

/** The same at once. */
export function layOut(shape: Shape, metrics: Metrics): Layout {
  const builder = new Builder(shape, metrics);
  for (let day = 0; day < shape.days.length; day++) builder.add(day);
  return builder.finish();
}

class Builder {
  readonly #shape: Shape;
  readonly #metrics: Metrics;
  readonly #starts: Uint32Array;
  readonly #tops: Float64Array;
  readonly #heights: Uint16Array;
  readonly #marks: Uint8Array;
  #rows = 0;
  #bottom = 0;
  #month = '';
  #monthIsSmall = false;
  /** The row of short days that is not full yet. */
  #open = false;
  #openFrom = 0;
  #openMarks = 0;
  #openDays = 0;
  #openWidth = 0;
  #openRatios = 0;
  #openNarrow = false;

  constructor(shape: Shape, metrics: Metrics) {
    const count = shape.codes.length;
    this.#shape = shape;
    this.#metrics = metrics;
    this.#starts = new Uint32Array(count + 1);
    this.#tops = new Float64Array(count);
    this.#heights = new Uint16Array(count);
    this.#marks = new Uint8Array(count);
  }

  add(day: number): void {
    const { starts, days } = this.#shape;
    const from = starts[day] ?? 0;
    const to = starts[day + 1] ?? 0;
    if (from === to) return;
    const name = days[day] ?? '';
    const marks = name ? DAY | this.#monthMark(day, name.slice(0, 7)) : 0;
    const ratios = this.#ratiosOfShort(from, to);
    if (ratios < 0) {
      this.#close(from);
      this.#fill(from, to, marks);
    } else {
      this.#addShort(from, to, ratios, marks);
    }
  }

  finish(): Layout {
    const count = this.#shape.codes.length;
    this.#close(count);
    const rows = this.#rows;
    this.#starts[rows] = count;
    return {
      metrics: this.#metrics,
      shape: this.#shape,
      rows,
      starts: this.#starts.slice(0, rows + 1),
      tops: this.#tops.slice(0, rows),
      heights: this.#heights.slice(0, rows),
      marks: this.#marks.slice(0, rows),
      height: this.#bottom,
    };
  }

  #monthMark(day: number, month: string): number {
    if (month === this.#month) return 0;
    const continues = this.#monthIsSmall && this.#month !== '';
    this.#month = month;
    this.#monthIsSmall = this.#isSmall(day, month);
    return continues && this.#monthIsSmall ? 0 : MONTH;
  }

  /** Whether all days of a month, from this one on, would fit into one row. */
  #isSmall(day: number, month: string): boolean {
    const { days, starts } = this.#shape;
    const { width, dayGap } = this.#metrics;
    let together = -dayGap;
    for (let at = day; days[at]?.startsWith(month); at++) {
      const ratios = this.#ratiosOfShort(starts[at] ?? 0, starts[at + 1] ?? 0);
      if (ratios < 0) return false;
      together += dayGap + this.#room(ratios, (starts[at + 1] ?? 0) - (starts[at] ?? 0));
      if (together > width) return false;
    }
    return true;
  }

  /** Width of a short day in a row of the usual height. */
  #room(ratios: number, count: number): number {
    const { width, row, gap, narrowestDay } = this.#metrics;
    return Math.max(ratios * row + (count - 1) * gap, Math.min(narrowestDay, width));
  }

  /** All ratios of a day that fits into one row; -1 for one that does not. */
  #ratiosOfShort(from: number, to: number): number {
    const { width, row, gap } = this.#metrics;
    let ratios = 0;
    for (let at = from; at < to; at++) {
      ratios += RATIOS[this.#shape.codes[at] ?? 0] ?? 1;
      if (ratios * row + (at - from) * gap > width) return -1;
    }
    return ratios;
  }

  #addShort(from: number, to: number, ratios: number, marks: number): void {
    const { width, row, gap, dayGap } = this.#metrics;
    const natural = ratios * row + (to - from - 1) * gap;
    const room = this.#room(ratios, to - from);
    const together = this.#openWidth + dayGap + room;
    const joins = this.#open && marks === DAY && this.#openMarks & DAY && together <= width;
    if (!joins) {
      this.#close(from);
      this.#open = true;
      this.#openFrom = from;
      this.#openMarks = marks;
      this.#openDays = 0;
      this.#openRatios = 0;
      this.#openNarrow = false;
    }
    this.#openDays += 1;
    this.#openWidth = joins ? together : room;
    this.#openRatios += ratios;
    this.#openNarrow ||= natural < room;
  }

  #close(to: number): void {
    if (!this.#open) return;
    this.#open = false;
    const { width, row, gap, dayGap } = this.#metrics;
    const gaps = (to - this.#openFrom - this.#openDays) * gap + (this.#openDays - 1) * dayGap;
    const filling = (width - gaps) / this.#openRatios;
    const fills = filling <= row * TALLEST && !(this.#openNarrow && this.#openDays > 1);
    const height = fills ? Math.max(1, Math.round(filling)) : row;
    this.#put(this.#openFrom, height, this.#openMarks | (fills ? FILLED : 0));
  }

  /** Rows of a day that needs more than one. */
  #fill(from: number, to: number, marks: number): void {
    const { width, row, gap } = this.#metrics;
    const { codes } = this.#shape;
    let start = from;
    let ratios = 0;
    let own = marks;
    for (let at = from; at < to; at++) {
      const ratio = RATIOS[codes[at] ?? 0] ?? 1;
      const filled = (width - (at - start) * gap) / (ratios + ratio);
      ratios += ratio;
      if (filled > row) continue;
      // With it the row is too low, without it too tall: whichever is nearer.
      const before = (width - (at - start - 1) * gap) / (ratios - ratio);
      const without = at > start && before / row < row / filled;
      this.#put(start, Math.max(1, Math.round(without ? before : filled)), own | FILLED);
      own = 0;
      start = without ? at : at + 1;
      ratios = without ? ratio : 0;
      // One so wide that it is a row by itself.
      if (without && width / ratio <= row) {
        this.#put(start, Math.max(1, Math.round(width / ratio)), FILLED);
        start = at + 1;
        ratios = 0;
      }
    }
    if (start === to) return;
    const filling = (width - (to - start - 1) * gap) / ratios;
    const fills = filling <= row * TALLEST;
    this.#put(start, fills ? Math.max(1, Math.round(filling)) : row, own | (fills ? FILLED : 0));
  }

  #put(start: number, height: number, marks: number): void {
    const at = this.#rows++;
    if (at) this.#bottom += this.#metrics.gap;
    this.#bottom += above(marks, this.#metrics);
    this.#starts[at] = start;
    this.#tops[at] = this.#bottom;
    this.#heights[at] = height;
    this.#marks[at] = marks;
    this.#bottom += height;
  }
}

/** Of the headings above a row. */
function above(marks: number, metrics: Metrics): number {
  return (marks & DAY ? metrics.heading : 0) + (marks & MONTH ? metrics.month : 0);
}

/** First and last day below a month's heading: of one month, or of a run of small ones. */
export function monthsOf(layout: Layout, row: number): readonly [string, string] {
  const { shape, starts, marks } = layout;
  let end = row + 1;
  while (end < layout.rows && !((marks[end] ?? 0) & MONTH)) end++;
  const first = lastAtMost(shape.starts, starts[row] ?? 0, shape.days.length);
  const last = lastAtMost(shape.starts, (starts[end] ?? 1) - 1, shape.days.length);
  return [shape.days[first] ?? '', shape.days[last] ?? ''];
}

/** Distance from the top at which a row begins, its headings included. */
export function bandTop(layout: Layout, row: number): number {
  return (layout.tops[row] ?? 0) - above(layout.marks[row] ?? 0, layout.metrics);
}

/** The row that is at, or next above, a distance from the top. There is one. */
export function rowAt(layout: Layout, y: number): number {
  const row = lastAtMost(layout.tops, y, layout.rows);
  return row + 1 < layout.rows && bandTop(layout, row + 1) <= y ? row + 1 : row;
}

/** The row that holds a position. */
export function rowOf(layout: Layout, position: number): number {
  return lastAtMost(layout.starts, position, layout.rows);
}

/** Pictures and headings of a row, from left to right. */
export function boxesOf(layout: Layout, row: number): { boxes: Box[]; days: DayBox[] } {
  const { shape, metrics, starts } = layout;
  const from = starts[row] ?? 0;
  const to = starts[row + 1] ?? 0;
  const marks = layout.marks[row] ?? 0;
  const begins = marks & DAY;
  const first = lastAtMost(shape.starts, from, shape.days.length);
  const scale = marks & FILLED ? scaleOf(layout, row, first) : (layout.heights[row] ?? 0);
  const boxes: Box[] = [];
  const days: DayBox[] = [];
  let x = 0;
  let day = first;
  for (let at = from; at < to; day++) {
    const end = Math.min(to, shape.starts[day + 1] ?? to);
    if (end <= at) continue;
    const left = x;
    for (; at < end; at++) {
      const right = x + (RATIOS[shape.codes[at] ?? 0] ?? 1) * scale;
      const [x0, x1] = [Math.round(x), Math.round(right)];
      boxes.push({ position: at, x: x0, width: Math.max(1, x1 - x0) });
      x = right + metrics.gap;
    }
    const natural = x - metrics.gap - left;
    const alone = end === to && days.length === 0;
    const narrowest = alone ? metrics.width - left : metrics.narrowestDay;
    const width = Math.min(Math.max(natural, narrowest), metrics.width - left);
    if (begins) days.push({ day, x: Math.round(left), width: Math.floor(width) });
    x = left + Math.max(natural, metrics.narrowestDay) + metrics.dayGap;
  }
  return { boxes, days };
}

/** Pixels for a ratio of 1, so that the row is exactly as wide as its room. */
function scaleOf(layout: Layout, row: number, first: number): number {
  const { shape, metrics, starts } = layout;
  const from = starts[row] ?? 0;
  const to = starts[row + 1] ?? 0;
  let ratios = 0;
  for (let at = from; at < to; at++) ratios += RATIOS[shape.codes[at] ?? 0] ?? 1;
  const days = 1 + lastAtMost(shape.starts, to - 1, shape.days.length) - first;
  const gaps = (to - from - days) * metrics.gap + (days - 1) * metrics.dayGap;
  return (metrics.width - gaps) / ratios;
}
