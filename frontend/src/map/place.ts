/** Where the map is, as the address says it. */

import { latitudeOf, longitudeOf, type Window } from '../model/mercator';
import type { MapPlace } from '../state/route';

/** With as many digits as can be seen. */
export function placeOf({ x, y, zoom }: Window): MapPlace {
  const rounded = (value: number, digits: number): number => Number(value.toFixed(digits)) + 0;
  const digits = Math.min(6, Math.max(1, Math.ceil(zoom / 3)));
  return {
    latitude: rounded(latitudeOf(y), digits),
    longitude: rounded(longitudeOf(x), digits),
    zoom: rounded(zoom, 1),
  };
}

export function textOf({ latitude, longitude, zoom }: MapPlace): string {
  return `${latitude},${longitude},${zoom}`;
}
