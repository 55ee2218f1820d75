/** Towns of a part of the map, among those of the world. */

import type { Bounds } from '../model/mercator';
import type { City } from '../widgets/atlas';

/** The largest first. */
export interface Answer {
  readonly bounds: Bounds;
  readonly names: readonly City[];
}

/** Those of an answer, and of others what lies outside. */
export function joined({ bounds, names }: Answer, others: readonly City[]): City[] {
  const { west, south, east, north } = bounds;
  const isOutside = ({ latitude, longitude }: City): boolean =>
    latitude < south ||
    latitude > north ||
    (west <= east ? longitude < west || longitude > east : longitude < west && longitude > east);
  return [...names, ...others.filter(isOutside)];
}
