/**
 * The web's map projection (Mercator's, on a sphere) and what a window shows of it.
 *
 * The world is a square of edge 1: x from the 180th meridian to the east, y from 85.05° north to the
 * south. At zoom z it is 256 · 2^z pixels wide. To the east and west it goes on for ever.
 */

/** Degrees; beyond it the square ends. */
export const FARTHEST_NORTH = 85.0511287798066;
const TILE_PX = 256;
/** Beyond it the outlines say nothing more. */
export const NEAREST = 17;

/** A point of the square. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Two meridians and two parallels; `west` is more than `east` across the 180th meridian. */
export interface Bounds {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** A window on the map: its middle in the square, how near, its size in CSS pixels. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

export function project(latitude: number, longitude: number): Point {
  const within = Math.min(Math.max(latitude, -FARTHEST_NORTH), FARTHEST_NORTH);
  const up = Math.asinh(Math.tan((within * Math.PI) / 180)) / Math.PI;
  return { x: (longitude + 180) / 360, y: (1 - up) / 2 };
}

export function latitudeOf(y: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}

/** Between -180 and 180, however often the map has been dragged around the world. */
export function longitudeOf(x: number): number {
  return (x - Math.floor(x)) * 360 - 180;
}

/** How many pixels the world is wide. */
export function worldPx(zoom: number): number {
  return TILE_PX * 2 ** zoom;
}

/** A window whose map fills it from top to bottom: nothing is shown beyond the poles. */
export function settled(shown: Window): Window {
  const farthest = Math.max(0, Math.log2(Math.max(shown.height, 1) / TILE_PX));
  const zoom = Math.min(Math.max(shown.zoom, farthest), NEAREST);
  const half = shown.height / 2 / worldPx(zoom);
  const y = Math.min(Math.max(shown.y, half), Math.max(1 - half, half));
  return { ...shown, x: shown.x - Math.floor(shown.x), y, zoom };
}

/** The window moved by so many pixels of the map. */
export function moved(shown: Window, rightPx: number, downPx: number): Window {
  const size = worldPx(shown.zoom);
  return settled({ ...shown, x: shown.x + rightPx / size, y: shown.y + downPx / size });
}

/** The window nearer by `steps` (below 0: farther), with one of its points staying where it is. */
export function zoomed(shown: Window, steps: number, atX: number, atY: number): Window {
  const right = atX - shown.width / 2;
  const down = atY - shown.height / 2;
  const before = worldPx(shown.zoom);
  const { zoom } = settled({ ...shown, zoom: shown.zoom + steps });
  const share = 1 / before - 1 / worldPx(zoom);
  return settled({ ...shown, zoom, x: shown.x + right * share, y: shown.y + down * share });
}

/** Where a point is in the window, in pixels: the one of its copies that is nearest the middle. */
export function placed(shown: Window, point: Point): Point {
  const size = worldPx(shown.zoom);
  const east = point.x - shown.x;
  return {
    x: (east - Math.round(east)) * size + shown.width / 2,
    y: (point.y - shown.y) * size + shown.height / 2,
  };
}

/** What the window shows; the whole world where it is shown more than once. */
export function boundsOf(shown: Window, marginPx = 0): Bounds {
  const size = worldPx(shown.zoom);
  const across = (shown.width / 2 + marginPx) / size;
  const up = (shown.height / 2 + marginPx) / size;
  const whole = across >= 0.5;
  return {
    west: whole ? -180 : longitudeOf(shown.x - across),
    // Beyond the square there may be pictures, too: they belong to its first or last row.
    south: shown.y + up >= 1 ? -90 : latitudeOf(shown.y + up),
    east: whole ? 180 : longitudeOf(shown.x + across),
    north: shown.y - up <= 0 ? 90 : latitudeOf(shown.y - up),
  };
}

/** The nearest window of the same size that shows all of an area, with some pixels around it. */
export function showing(bounds: Bounds, shown: Window, marginPx: number): Window {
  const first = project(bounds.north, bounds.west);
  const last = project(bounds.south, bounds.east);
  const wide = first.x <= last.x ? last.x - first.x : last.x - first.x + 1;
  const high = last.y - first.y;
  const room = (px: number): number => Math.max(px - 2 * marginPx, 64);
  const fits = Math.min(
    room(shown.width) / Math.max(wide, 1e-9),
    room(shown.height) / Math.max(high, 1e-9),
  );
  return settled({
    ...shown,
    x: first.x + wide / 2,
    y: first.y + high / 2,
    zoom: Math.log2(fits / TILE_PX),
  });
}

/** A length that is easily read, and how many pixels it is in the middle of the window. */
export function scaleOf(shown: Window, mostPx: number): { metres: number; px: number } {
  const around = 40_075_017 * Math.cos((latitudeOf(shown.y) * Math.PI) / 180);
  const metresPerPx = around / worldPx(shown.zoom);
  const most = metresPerPx * mostPx;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = ([5, 2, 1].find((one) => one * power <= most) ?? 1) * power;
  return { metres, px: metres / metresPerPx };
}
