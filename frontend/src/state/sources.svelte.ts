/**
 * The sources of the places that have pictures, so that a place and the photo opened from it have
 * the same one, and what is known when one comes back.
 */

import { boundsOf, project, settled } from '../model/mercator';
import { print, type MapPlace, type Place } from './route';
import { TimelineSource, type Source } from './source.svelte';

/** Of searches, folders and areas: one may go back to some. */
const MOST = 6;
/** A picture on a map stands for what lies around it. */
const MARKER_PX = 48;

class Sources {
  /** The whole library. */
  readonly library = new TimelineSource('', { unread: true });
  readonly #others = new Map<string, Source>();

  /**
   * The source of a place.
   *
   * @param make makes it, where the place is a folder and there is none yet. Without it a folder has
   *   none: whoever shows them has to come first.
   */
  of(place: Place, make?: () => Source): Source | undefined {
    if (place.view === 'photos') return this.library;
    const key = keyOf(place);
    const known = this.#others.get(key);
    const q = queryOf(place);
    const made = known ?? make?.() ?? (q === undefined ? undefined : new TimelineSource(q));
    if (!made) return undefined;
    this.#others.delete(key);
    this.#others.set(key, made);
    for (const old of [...this.#others.keys()].slice(0, -MOST)) this.#others.delete(old);
    return made;
  }

  /** All that there are now. */
  all(): readonly Source[] {
    return [this.library, ...this.#others.values()];
  }
}

/** What searches for the same as a place shows; undefined where nothing does. */
function queryOf(place: Place): string | undefined {
  if (place.view === 'search') return place.q;
  return place.view === 'map' && place.at ? boxOf(place.at) : undefined;
}

/** What a map shows there in this window. */
function boxOf({ latitude, longitude, zoom }: MapPlace): string {
  const [width, height] = [innerWidth, innerHeight];
  const shown = settled({ ...project(latitude, longitude), zoom, width, height });
  const { west, south, east, north } = boundsOf(shown, MARKER_PX);
  return `box:${[west, south, east, north].map((one) => one.toFixed(6)).join(',')}`;
}

/** A place, whatever day of it is shown. */
export function keyOf(place: Place): string {
  return print('day' in place ? { ...place, day: undefined as never } : place);
}

export const sources = new Sources();
