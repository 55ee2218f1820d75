/** The way of a picture from its tile to where it is looked at. */

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How a picture looks that lies elsewhere, cut as it is there. */
export interface Start {
  readonly transform: string;
  readonly clipPath: string;
}

const OPEN_MS = 200;
const TIMING = { duration: OPEN_MS, easing: 'cubic-bezier(0.2, 0, 0, 1)' };

/**
 * What makes a picture look as it does in a tile, which it covers and may be larger than.
 *
 * @param tile where it comes from.
 * @param place where it will be, in the same coordinates. Null where one of them has no size.
 */
export function startOf(tile: Rect, place: Rect): Start | null {
  if (!(tile.width > 0 && tile.height > 0 && place.width > 0 && place.height > 0)) return null;
  const scale = Math.max(tile.width / place.width, tile.height / place.height);
  const x = tile.x + tile.width / 2 - place.x - place.width / 2;
  const y = tile.y + tile.height / 2 - place.y - place.height / 2;
  const cut = (whole: number, seen: number): number => Math.max(0, (whole - seen / scale) / 2);
  const [sides, ends] = [cut(place.width, tile.width), cut(place.height, tile.height)];
  return {
    transform: `translate(${x}px, ${y}px) scale(${scale})`,
    clipPath: `inset(${ends}px ${sides}px)`,
  };
}

/** Let it come from there, unless no movement is wanted. @param others become visible meanwhile. */
export function fly(from: Rect, box: HTMLElement, others: Iterable<Element>): void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const start = startOf(from, box.getBoundingClientRect());
  if (!start || calm) return;
  box.animate([{ ...start }, { transform: 'none', clipPath: 'inset(0)' }], TIMING);
  for (const one of others) one.animate({ opacity: [0, 1] }, TIMING);
}
