/** Which tiles of a file a window shows, and how plainly. */

import { project, worldPx, type Bounds, type Window } from '../../model/mercator';

/** What is read of a file's description. */
export interface FileOf extends Bounds {
  readonly kind: string;
  readonly min_zoom: number;
  readonly max_zoom: number;
}

/** A square of the map: column and row at a level of so many squares to an edge, 2^level. */
export interface Square {
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

/** A square as the window shows it. */
export interface Placed extends Square {
  /** In CSS pixels of the window. */
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** More than any window has; the rest stays as it was. */
const MOST = 80;
/** The longer side of a small file's area when it comes, and when it is plainly there. */
const COMING_PX = 140;
const THERE_PX = 380;

/** At which level a window is drawn: vector tiles are made to be shown with 512 pixels. */
export function levelOf(zoom: number, kind: string): number {
  return Math.max(0, Math.round(zoom) - (kind === 'vector' ? 1 : 0));
}

/** How plainly the tiles are there, from 0 to 1: a small file comes when its area is worth it. */
export function plainness(shown: Window, file: FileOf): number {
  const [first, last] = corners(file);
  const size = worldPx(shown.zoom);
  const side = Math.max((last.x - first.x) * size, (last.y - first.y) * size);
  const wide = (side - COMING_PX) / (THERE_PX - COMING_PX);
  const from = file.min_zoom > 0 ? file.min_zoom + (file.kind === 'vector' ? 0.5 : -0.5) : -1;
  return Math.min(Math.max(Math.min(wide, shown.zoom - from), 0), 1);
}

/** Where the file's area lies in the window, once for each turn of the world: x, y, width, height. */
export function areas(shown: Window, file: FileOf): [number, number, number, number][] {
  const [first, last] = corners(file);
  const size = worldPx(shown.zoom);
  const across = shown.width / 2 / size;
  const found: [number, number, number, number][] = [];
  const end = Math.floor(shown.x + across - first.x);
  for (let turn = Math.ceil(shown.x - across - last.x); turn <= end; turn++) {
    found.push([
      (first.x + turn - shown.x) * size + shown.width / 2,
      (first.y - shown.y) * size + shown.height / 2,
      (last.x - first.x) * size,
      (last.y - first.y) * size,
    ]);
  }
  return found;
}

/** The squares that a window shows of a file, those in its middle first. */
export function squaresIn(shown: Window, file: FileOf): Placed[] {
  const level = levelOf(shown.zoom, file.kind);
  if (level < file.min_zoom) return [];
  const count = 2 ** level;
  const size = worldPx(shown.zoom) / count;
  const [first, last] = corners(file);
  const found: Placed[] = [];
  const [left, top] = [
    shown.x * count - shown.width / 2 / size,
    shown.y * count - shown.height / 2 / size,
  ];
  const [right, bottom] = [left + shown.width / size, top + shown.height / size];
  for (let row = Math.max(0, Math.floor(top)); row < Math.min(bottom, count); row++) {
    if ((row + 1) / count <= first.y || row / count >= last.y) continue;
    for (let column = Math.floor(left); column < right; column++) {
      const x = ((column % count) + count) % count;
      if ((x + 1) / count <= first.x || x / count >= last.x) continue;
      found.push({ level, x, y: row, left: (column - left) * size, top: (row - top) * size, size });
    }
  }
  const far = (one: Placed): number =>
    Math.hypot(one.left + size / 2 - shown.width / 2, one.top + size / 2 - shown.height / 2);
  return found.sort((one, other) => far(one) - far(other)).slice(0, MOST);
}

/** The square of the file that a square lies in: itself, or beyond its deepest level a larger one. */
export function sourceOf({ level, x, y }: Square, deepest: number): Square {
  const up = Math.max(0, level - deepest);
  return { level: level - up, x: Math.floor(x / 2 ** up), y: Math.floor(y / 2 ** up) };
}

export function keyOf({ level, x, y }: Square): string {
  return `${level}/${x}/${y}`;
}

function corners({ west, south, east, north }: Bounds) {
  return [project(north, west), project(south, east)] as const;
}
