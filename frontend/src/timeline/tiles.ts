/**
 * The tiles that are on the page now, so that the viewer can begin where a tile is, with the
 * picture that is there already.
 */

const tiles = new Map<string, HTMLElement>();
/** Pictures that have been shown need not fade in again; bounded, the oldest go first. */
const seen = new Set<string>();
const MOST_SEEN = 4_000;

/** A Svelte attachment: the element is the tile of an asset. */
export function tileOf(digest: string | undefined): (element: HTMLElement) => () => void {
  return (element) => {
    if (digest) tiles.set(digest, element);
    return () => {
      if (digest && tiles.get(digest) === element) tiles.delete(digest);
    };
  };
}

/** The element of an asset's tile, if it is on the page. */
export function tile(digest: string): HTMLElement | undefined {
  return tiles.get(digest);
}

/** Where it is in the window; undefined when it is not on the screen. */
export function tileRect(digest: string): DOMRect | undefined {
  const rect = tiles.get(digest)?.getBoundingClientRect();
  return rect && rect.bottom > 0 && rect.top < innerHeight ? rect : undefined;
}

/** The picture in it, once it is wholly there. */
export function tilePicture(digest: string): HTMLImageElement | undefined {
  const picture = tiles.get(digest)?.querySelector('img') ?? undefined;
  return picture?.complete && picture.naturalWidth > 0 ? picture : undefined;
}

export function noteSeen(digest: string): void {
  seen.add(digest);
  if (seen.size > MOST_SEEN) {
    for (const old of seen) {
      seen.delete(old);
      break;
    }
  }
}

export function wasSeen(digest: string): boolean {
  return seen.has(digest);
}
