/** What stays where it is when the layout changes, or when one comes back to a place. */

import { boxesOf, rowAt, rowOf, type Layout } from '../model/layout';
import { countOf, dayAt, positionOfDay } from '../model/shape';
import type { Source } from '../state/source.svelte';

export interface Anchor {
  readonly position: number;
  readonly digest: string | undefined;
  readonly day: string;
  /** From the first position of its day. */
  readonly offset: number;
  /** From the top of the window to the top of its row. */
  readonly below: number;
}

export type Known = Pick<Source, 'item' | 'positionOf'>;

/** A picture as an anchor. @param at where the window is in the whole. */
export function anchorOf(layout: Layout, known: Known, position: number, at: number): Anchor {
  const { shape } = layout;
  const number = dayAt(shape, position);
  return {
    position,
    digest: known.item(position)?.digest,
    day: shape.days[number] ?? '',
    offset: position - (shape.starts[number] ?? 0),
    below: (layout.tops[rowOf(layout, position)] ?? 0) - at,
  };
}

/** The first picture of the first row that is wholly there. @param cover of the window's top. */
export function firstBelow(layout: Layout, at: number, cover: number): number {
  let row = rowAt(layout, Math.max(0, at + cover));
  if ((layout.tops[row] ?? 0) < at + cover && row + 1 < layout.rows) row += 1;
  return layout.starts[row] ?? 0;
}

/** Where the window has to be for an anchor to be where it was. */
export function placeOf(layout: Layout, known: Known, anchor: Anchor): number {
  return (layout.tops[rowOf(layout, positionOf(layout, known, anchor))] ?? 0) - anchor.below;
}

/** Where the picture of an anchor is now, or what is nearest to it. */
export function positionOf({ shape }: Layout, known: Known, anchor: Anchor): number {
  const found = anchor.digest === undefined ? undefined : known.positionOf(anchor.digest);
  const first = positionOfDay(shape, anchor.day);
  const number = countOf(shape) ? dayAt(shape, first) : 0;
  const end = shape.starts[number + 1] ?? 0;
  const guess = shape.days[number] === anchor.day ? first + anchor.offset : first;
  return found ?? Math.min(guess, Math.max(first, end - 1));
}

/** The days that begin in the row of an anchor. */
export function daysBeside(layout: Layout, { position }: Anchor): (string | undefined)[] {
  return boxesOf(layout, rowOf(layout, position)).days.map((one) => layout.shape.days[one.day]);
}
