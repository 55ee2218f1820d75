/** Names of towns: the largest of the world by themselves, those of a part of it when it is near. */

import type { NameOf } from '../api/types';
import { project, type Window } from '../model/mercator';
import { server } from '../state/server';
import { cities, type City } from '../widgets/atlas';
import { asked } from './clusters';
import { later } from './pictures.svelte';
import { Shelf } from './tiles/shelf';
import { joined, type Answer } from './towns';

/** From here on the 6,000 largest are not all that there is room for. */
const FROM_ZOOM = 8;
const KEPT = 30;
const ASK_MS = 120;

export class Names {
  /** The largest of the world. */
  cities: readonly City[] = $state.raw([]);
  #near = $state.raw<Answer | null>(null);
  readonly #known = new Shelf<Answer>(KEPT);
  readonly #all = $derived(this.#near ? joined(this.#near, this.cities) : this.cities);

  /** What the map writes at a zoom, the largest first. */
  at(zoom: number): readonly City[] {
    return zoom < FROM_ZOOM ? this.cities : this.#all;
  }

  /** Names are an extra: a map without them is a map. */
  load(): void {
    cities().then(
      (found) => (this.cities = found),
      () => undefined,
    );
  }

  /** Have those of a window, as soon as they are there. Gives what ends the asking. */
  show(shown: Window): (() => void) | undefined {
    if (shown.zoom < FROM_ZOOM) return undefined;
    const { bounds, level, key } = asked(shown);
    const kept = this.#known.get(key);
    if (kept) {
      this.#near = kept;
      return undefined;
    }
    return later(ASK_MS, async (signal) => {
      const query = { ...bounds, zoom: level };
      const { names } = await server.get('/api/v1/map/names', { query, signal });
      this.#near = { bounds, names: names.map(cityOf) };
      this.#known.set(key, this.#near);
    });
  }
}

function cityOf({ name, latitude, longitude }: NameOf): City {
  return { name, latitude, longitude, ...project(latitude, longitude) };
}
