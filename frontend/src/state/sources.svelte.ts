/**
 * The sources of the places that have pictures, so that a place and the photo opened from it have
 * the same one, and what is known when one comes back.
 */

import { print, type Place } from './route';
import { TimelineSource, type Source } from './source.svelte';

/** Of searches, folders and areas: one may go back to some. */
const MOST = 6;

class Sources {
  /** The whole library. */
  readonly library = new TimelineSource('', { unread: true });
  readonly #others = new Map<string, Source>();

  /**
   * The source of a place.
   *
   * @param make makes it, where the place is a folder or an area and there is none yet. Without it
   *   such places have none: whoever shows them has to come first.
   */
  of(place: Place, make?: () => Source): Source | undefined {
    if (place.view === 'photos') return this.library;
    const key = keyOf(place);
    const known = this.#others.get(key);
    const made =
      known ?? make?.() ?? (place.view === 'search' ? new TimelineSource(place.q) : undefined);
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

/** A place, whatever day of it is shown. */
export function keyOf(place: Place): string {
  return print('day' in place ? { ...place, day: undefined as never } : place);
}

export const sources = new Sources();
