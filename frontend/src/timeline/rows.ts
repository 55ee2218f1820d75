/** What of a layout is in the page: the rows that are near the window. */

import { bandTop, boxesOf, DAY, MONTH, monthsOf, rowAt, type Layout } from '../model/layout';
import { dayAt } from '../model/shape';
import type { Item } from '../api/types';

export interface ShownTile {
  readonly position: number;
  readonly item: Item | undefined;
  readonly x: number;
  readonly width: number;
}

export interface ShownDay {
  readonly day: string;
  readonly x: number;
  readonly width: number;
  readonly from: number;
  /** Behind the last. */
  readonly to: number;
}

export interface ShownRow {
  readonly key: string;
  readonly row: number;
  readonly top: number;
  readonly height: number;
  /** First and last day of what the heading of a month is above. */
  readonly months: readonly [string, string] | null;
  readonly days: readonly ShownDay[];
  readonly tiles: readonly ShownTile[];
}

/** Rows from one to another, both included; none where the last is before the first. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export function holds({ from, to }: Range, row: number): boolean {
  return from <= row && row <= to;
}

/** Whether it is known what all pictures in some of the rows are. */
export function isKnown(rows: readonly ShownRow[], some: Range): boolean {
  return rows.every((row) => !holds(some, row.row) || row.tiles.every((one) => one.item));
}

/** Rows in a window that is so far down, and in so many screens above and below it. */
export function rowsNear(
  layout: Layout | null,
  at: number,
  screen: number,
  above: number,
  below: number,
): Range {
  if (!layout?.rows) return { from: 0, to: -1 };
  const from = rowAt(layout, Math.max(0, at - above * screen));
  return { from, to: rowAt(layout, Math.max(0, at + screen * (1 + below))) };
}

/** Rows, made once each, until something of them has changed. */
export class Rows {
  readonly #item: (position: number) => Item | undefined;
  readonly #known = new Map<number, ShownRow>();
  #shown: readonly ShownRow[] = [];

  /** @param item what is known of a position. */
  constructor(item: (position: number) => Item | undefined) {
    this.#item = item;
  }

  /** Forget all: the layout is another one, or what is known of items. */
  clear(): void {
    this.#known.clear();
  }

  /**
   * The rows from one to another, both included.
   *
   * @param own a row that is shown wherever it is, as it has the focus; -1 for none.
   * @returns the same value as before, where nothing has to be changed.
   */
  show(layout: Layout, from: number, to: number, own: number): readonly ShownRow[] {
    const wanted: number[] = [];
    if (own >= 0 && own < from) wanted.push(own);
    for (let row = from; row <= to; row++) wanted.push(row);
    if (own > to) wanted.push(own);
    const same = wanted.length === this.#shown.length && this.#known.size > 0;
    if (same && wanted.every((row, at) => this.#shown[at] === this.#known.get(row))) {
      return this.#shown;
    }
    this.#shown = wanted.map((row) => this.#row(layout, row));
    for (const row of this.#known.keys()) {
      if ((row < from || row > to) && row !== own) this.#known.delete(row);
    }
    return this.#shown;
  }

  #row(layout: Layout, row: number): ShownRow {
    const before = this.#known.get(row);
    if (before) return before;
    const { shape } = layout;
    const { boxes, days } = boxesOf(layout, row);
    const start = layout.starts[row] ?? 0;
    const number = dayAt(shape, start);
    const name = shape.days[number] ?? '';
    const marks = layout.marks[row] ?? 0;
    const made: ShownRow = {
      // By its day, so that a row stays the same when other days change.
      key: `${name} ${start - (shape.starts[number] ?? 0)}`,
      row,
      top: marks & DAY ? bandTop(layout, row) : (layout.tops[row] ?? 0),
      height: layout.heights[row] ?? 0,
      months: marks & MONTH ? monthsOf(layout, row) : null,
      days: days.map((one) => ({
        day: shape.days[one.day] ?? '',
        x: one.x,
        width: one.width,
        from: shape.starts[one.day] ?? 0,
        to: shape.starts[one.day + 1] ?? 0,
      })),
      tiles: boxes.map((box) => ({ ...box, item: this.#item(box.position) })),
    };
    this.#known.set(row, made);
    return made;
  }
}
