/** The pictures on the map: asked for as it is moved, and kept for a while. */

import type { ClusterOf } from '../api/types';
import { placed, type Point, type Window } from '../model/mercator';
import { server } from '../state/server';
import { asked, markersOf, type Marker } from './clusters';
import { Shelf } from './tiles/shelf';

/** Only as much as is looked at again while somebody moves about. */
const KEPT = 40;
const ASK_MS = 60;
const COUNT_MS = 400;
/** More are not counted exactly. */
export const COUNTED = 5_000;
/** Markers come from another that is no farther, in pixels. */
const NEAR_PX = 160;

export class Pictures {
  markers: readonly Marker[] = $state.raw([]);
  /** How many the search finds in an area. */
  exact = $state.raw<{ area: string; count: number } | null>(null);
  #before: readonly Marker[] = [];
  #level = -1;
  readonly #known = new Shelf<readonly Marker[]>(KEPT);

  /** Those of the whole world, in a few clusters. */
  async world(): Promise<readonly ClusterOf[]> {
    const query = { west: -180, south: -90, east: 180, north: 90, zoom: 2 };
    return (await server.get('/api/v1/map', { query })).clusters;
  }

  /** Show those of a window, as soon as they are there. Gives what ends the asking. */
  show(shown: Window): (() => void) | undefined {
    const wanted = asked(shown);
    const kept = this.#known.get(wanted.key);
    if (kept) {
      this.#take(kept, wanted.level);
      return undefined;
    }
    return later(ASK_MS, (signal) => this.#ask(wanted, signal));
  }

  /** Markers are whole squares; how many lie in an area is known to the search. */
  count(area: string): () => void {
    return later(COUNT_MS, async (signal) => {
      const query = { q: area, limit: 1 };
      const { total } = await server.get('/api/v1/search', { query, signal });
      if (total !== null) this.exact = { area, count: total };
    });
  }

  /** From where a new marker comes, in pixels from its place. */
  originOf(marker: Marker, shown: Window): Point {
    const at = placed(shown, marker);
    let best = { x: 0, y: 0 };
    let least = NEAR_PX;
    for (const one of this.#before) {
      const from = placed(shown, one);
      const distance = Math.hypot(from.x - at.x, from.y - at.y);
      if (distance < least) [least, best] = [distance, { x: from.x - at.x, y: from.y - at.y }];
    }
    return best;
  }

  async #ask({ bounds, level, key }: ReturnType<typeof asked>, signal: AbortSignal) {
    const query = { ...bounds, zoom: level };
    const { clusters } = await server.get('/api/v1/map', { query, signal });
    const found = markersOf(clusters, level);
    this.#known.set(key, found);
    this.#take(found, level);
  }

  #take(found: readonly Marker[], level: number): void {
    // Those of another level come from where they were.
    this.#before = level === this.#level ? [] : this.markers;
    this.#level = level;
    this.markers = found;
  }
}

/**
 * Ask in a moment, unless it is ended before.
 *
 * Nothing is said when it fails: the banner tells of a server that is gone, and what was there stays.
 */
export function later(ms: number, ask: (signal: AbortSignal) => Promise<void>): () => void {
  const leaving = new AbortController();
  const timer = setTimeout(() => void ask(leaving.signal).catch(() => undefined), ms);
  return () => {
    clearTimeout(timer);
    leaving.abort();
  };
}
