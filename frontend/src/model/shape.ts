/**
 * The shape of a timeline: how many assets each day has, and how wide each is for its height.
 *
 * Positions count all assets from the newest, which is 0.
 */

import type { Shape as Told } from '../api/types';

export interface Shape {
  /** Newest first, ISO 8601; an empty one has no heading. */
  readonly days: readonly string[];
  /** Position of the first asset of each day, and behind them the count of all. */
  readonly starts: Uint32Array;
  /** Of each asset, as the API has it: 0 to 4095. */
  readonly codes: Uint16Array;
  /** How many of the first of each day are assets; the rest are files still to be read. Absent:
   * all. */
  readonly read?: Uint32Array;
}

/** Of what has no known size. */
export const SQUARE = 2048;
const DIGITS = 64;
const LIES_FROM = 2048;
const STEPS = 2047;
/** What is wider or narrower is shown in part: a panorama would be a line, a scroll a thread. */
const WIDEST = 3.5;
const NARROWEST = 0.45;

/** Width / height of each code. */
export const RATIOS: Float32Array = Float32Array.from({ length: DIGITS * DIGITS }, (_, code) => {
  const ratio =
    code >= LIES_FROM
      ? 1 / Math.max(1 - (code - LIES_FROM) / STEPS, 1e-6)
      : 1 - (STEPS - code) / STEPS;
  return Math.min(Math.max(ratio, NARROWEST), WIDEST);
});

export const EMPTY: Shape = {
  days: [],
  starts: new Uint32Array(1),
  codes: new Uint16Array(0),
};

export function countOf(shape: Shape): number {
  return shape.codes.length;
}

/** Read what the API tells, giving way to others between days. See `slices.ts`. */
export function* reading(told: Told): Generator<void, Shape> {
  const values = valuesOf(told.signs);
  const starts = new Uint32Array(told.days.length + 1);
  told.days.forEach(([, shapes], day) => {
    starts[day + 1] = (starts[day] ?? 0) + (shapes.length >> 1);
  });
  const codes = new Uint16Array(starts[told.days.length] ?? 0);
  for (const [day, [, shapes]] of told.days.entries()) {
    decode(shapes, values, codes, starts[day] ?? 0);
    yield;
  }
  return { days: told.days.map(([day]) => day), starts, codes };
}

/** Number of the day that a position is in. The shape is not empty. */
export function dayAt(shape: Shape, position: number): number {
  return lastAtMost(shape.starts, position, shape.days.length);
}

/** Where a day begins, or the one that comes next in the order of the timeline. */
export function positionOfDay(shape: Shape, day: string): number {
  let low = 0;
  let high = shape.days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shape.days[middle] ?? '') > day) low = middle + 1;
    else high = middle;
  }
  const found = Math.min(low, shape.days.length - 1);
  return shape.starts[Math.max(found, 0)] ?? 0;
}

/** Where a day begins; undefined where nothing is of that day. */
export function startOf(shape: Shape, day: string): number | undefined {
  const start = positionOfDay(shape, day);
  return shape.days[dayAt(shape, start)] === day ? start : undefined;
}

/** Index of the last of the first `count` values, which rise, that is not above `value`. */
export function lastAtMost(values: ArrayLike<number>, value: number, count: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((values[middle] ?? Infinity) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * A shape with files that nobody has read yet: squares in their days, behind what is known.
 *
 * @param files of each day how many there are, newest first.
 */
export function withFiles(shape: Shape, files: readonly (readonly [string, number])[]): Shape {
  if (!files.length) return shape;
  const counts = new Map(files);
  const known = new Map(shape.days.map((day, at) => [day, at]));
  const days = [...new Set([...shape.days, ...counts.keys()])].sort().reverse();
  const starts = new Uint32Array(days.length + 1);
  const read = new Uint32Array(days.length);
  days.forEach((day, at) => {
    const from = known.get(day);
    if (from !== undefined) read[at] = (shape.starts[from + 1] ?? 0) - (shape.starts[from] ?? 0);
    starts[at + 1] = (starts[at] ?? 0) + (read[at] ?? 0) + (counts.get(day) ?? 0);
  });
  const codes = new Uint16Array(starts[days.length] ?? 0).fill(SQUARE);
  days.forEach((day, at) => {
    const from = shape.starts[known.get(day) ?? -1];
    if (from === undefined) return;
    codes.set(shape.codes.subarray(from, from + (read[at] ?? 0)), starts[at]);
  });
  return { days, starts, codes, read };
}

/** Those of a range that are of one kind; others may be between them. */
export interface Part {
  /** Of the first one. */
  readonly day: string;
  /** How many of its kind are before it in its day. */
  readonly offset: number;
  readonly positions: readonly number[];
}

/** What of a range are assets, and what files still to be read; null where there is none. */
export function partsOf(
  shape: Shape,
  from: number,
  to: number,
): { readonly assets: Part | null; readonly files: Part | null } {
  const positions: { assets: number[]; files: number[] } = { assets: [], files: [] };
  for (let at = from, day = dayAt(shape, from); at < to; day++) {
    const end = Math.min(to, shape.starts[day + 1] ?? to);
    const border = (shape.starts[day] ?? 0) + readOf(shape, day);
    for (; at < end; at++) positions[at < border ? 'assets' : 'files'].push(at);
  }
  return {
    assets: partOf(shape, positions.assets, () => 0),
    files: partOf(shape, positions.files, (day) => readOf(shape, day)),
  };
}

function partOf(
  shape: Shape,
  positions: readonly number[],
  before: (day: number) => number,
): Part | null {
  const [first] = positions;
  if (first === undefined) return null;
  const day = dayAt(shape, first);
  const offset = first - (shape.starts[day] ?? 0) - before(day);
  return { day: shape.days[day] ?? '', offset, positions };
}

/** Whether an asset stands at a position, and not a file that is still to be read. */
export function isRead(shape: Shape, position: number): boolean {
  const day = dayAt(shape, position);
  return position < (shape.starts[day] ?? 0) + readOf(shape, day);
}

/** How many assets stand from one position to before another. */
export function readIn(shape: Shape, from: number, to: number): number {
  if (!shape.read || from >= to) return Math.max(0, to - from);
  let found = 0;
  for (let day = dayAt(shape, from), at = from; at < to; day++) {
    const end = Math.min(to, shape.starts[day + 1] ?? to);
    found += Math.max(0, Math.min(end, (shape.starts[day] ?? 0) + readOf(shape, day)) - at);
    at = end;
  }
  return found;
}

/**
 * Where a day of one shape is in another one, if it has the same assets there as far as shapes
 * tell: what is known of them stays known.
 *
 * @returns for each day of `from` its first position in `to`, or -1.
 */
export function kept(from: Shape, to: Shape): Int32Array {
  const days = new Map(to.days.map((day, at) => [day, at]));
  return Int32Array.from(from.days, (day, at) => {
    const other = days.get(day);
    if (other === undefined) return -1;
    const [a, b] = [from.starts[at] ?? 0, from.starts[at + 1] ?? 0];
    const [c, d] = [to.starts[other] ?? 0, to.starts[other + 1] ?? 0];
    if (b - a !== d - c || readOf(from, at) !== readOf(to, other)) return -1;
    for (let i = a, j = c; i < b; i++, j++) if (from.codes[i] !== to.codes[j]) return -1;
    return c;
  });
}

function readOf(shape: Shape, day: number): number {
  return shape.read?.[day] ?? (shape.starts[day + 1] ?? 0) - (shape.starts[day] ?? 0);
}

function valuesOf(signs: string): Uint8Array {
  const values = new Uint8Array(128);
  for (let at = 0; at < signs.length; at++) values[signs.charCodeAt(at) & 127] = at;
  return values;
}

function decode(shapes: string, values: Uint8Array, codes: Uint16Array, from: number): void {
  for (let at = 0, to = from; at + 1 < shapes.length; at += 2, to++) {
    const high = values[shapes.charCodeAt(at) & 127] ?? 0;
    const low = values[shapes.charCodeAt(at + 1) & 127] ?? 0;
    codes[to] = high * DIGITS + low;
  }
}
