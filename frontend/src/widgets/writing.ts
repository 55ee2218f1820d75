/** Names on a canvas, none of them over another. */

import type { Window } from '../model/mercator';

/** How far from the middle of what lies on the map its name stands. */
export const BESIDE_PX = 37;

/** Boxes in which something is already: left, top, right, bottom. */
export type Taken = (readonly [number, number, number, number])[];

export interface Writer {
  readonly context: CanvasRenderingContext2D;
  readonly shown: Window;
  readonly ink: { readonly name: string; readonly halo: string; readonly font: string };
  readonly taken: Taken;
}

/** Write where nothing is yet; says whether there was room. */
export function write(
  writer: Writer,
  text: string,
  x: number,
  y: number,
  align: 'left' | 'center',
  width: number,
): boolean {
  const left = align === 'left' ? x - 8 : x - width / 2 - 4;
  if (!take(writer, left, y - 9, left + width + 12, y + 9)) return false;
  ink(writer, text, x, y, align);
  return true;
}

/** The same along a line. @param angle in radians, to the right and down. */
export function writeAlong(
  writer: Writer,
  text: string,
  x: number,
  y: number,
  angle: number,
  width: number,
): boolean {
  const across = (Math.abs(Math.cos(angle)) * width + Math.abs(Math.sin(angle)) * 14) / 2;
  const up = (Math.abs(Math.sin(angle)) * width + Math.abs(Math.cos(angle)) * 14) / 2;
  if (!take(writer, x - across, y - up, x + across, y + up)) return false;
  const { context } = writer;
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  ink(writer, text, 0, 0, 'center');
  context.restore();
  return true;
}

function take(
  { shown, taken }: Writer,
  left: number,
  top: number,
  right: number,
  bottom: number,
): boolean {
  if (right < 0 || bottom < 0 || left > shown.width || top > shown.height) return false;
  const free = taken.every(
    (one) => one[2] < left || one[0] > right || one[3] < top || one[1] > bottom,
  );
  if (free) taken.push([left, top, right, bottom]);
  return free;
}

function ink(
  { context, ink: { halo, name } }: Writer,
  text: string,
  x: number,
  y: number,
  align: 'left' | 'center',
): void {
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = name;
  context.fillText(text, x, y);
}
