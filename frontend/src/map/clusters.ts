/** What lies on the map, as buttons that do not lie on each other. Positions are of the square. */

import type { ClusterOf } from '../api/types';
import { isPictured } from '../model/pictures';
import { boundsOf, project, worldPx, type Bounds, type Window } from '../model/mercator';

/** Pictures that are shown by one of them. */
export interface Marker {
  /** The same for the same pictures, wherever the map is. */
  readonly key: string;
  readonly count: number;
  readonly x: number;
  readonly y: number;
  readonly latitude: number;
  readonly longitude: number;
  /** Of the picture that is shown. */
  readonly digest: string;
  /** Whether there is one now. */
  readonly pictured: boolean;
  /** Its squares, which hold nothing else; the one that has most comes first. */
  readonly areas: readonly Bounds[];
  /** What a list shows of it, where it is the only one. */
  readonly item: ClusterOf['item'];
}

/** Nearer than this, at a whole zoom, two are one. */
const APART_PX = 54;

/**
 * The markers of an answer.
 *
 * Clusters are counted in squares, and two may lie side by side at a border: the smaller one joins
 * the larger. This is told from places on the map alone, not from what is shown of it, so that
 * nothing changes while the map is moved.
 *
 * @param level the whole zoom that was asked for.
 */
export function markersOf(clusters: readonly ClusterOf[], level: number): Marker[] {
  const found: Marker[] = [];
  const size = worldPx(level);
  for (const one of [...clusters].sort(byCount)) {
    const at = project(one.latitude, one.longitude);
    const near = found.findIndex((other) => {
      const east = Math.abs(other.x - at.x);
      const across = Math.min(east, 1 - east) * size;
      return Math.hypot(across, (other.y - at.y) * size) < APART_PX;
    });
    const other = found[near];
    if (other) found[near] = joined(other, one);
    else found.push(alone(one, level, at));
  }
  return found;
}

function byCount(one: ClusterOf, other: ClusterOf): number {
  return other.pictures - one.pictures || (one.newest < other.newest ? -1 : 1);
}

function alone(one: ClusterOf, level: number, at: { x: number; y: number }): Marker {
  const { west, south, east, north, latitude, longitude } = one;
  return {
    key: `${level}/${west}/${north}`,
    count: one.pictures,
    ...at,
    latitude,
    longitude,
    digest: one.newest,
    pictured: isPictured(one.picture),
    areas: [{ west, south, east, north }],
    item: one.item,
  };
}

/** It stays where the larger one is. */
function joined(larger: Marker, smaller: ClusterOf): Marker {
  const { west, south, east, north } = smaller;
  return {
    ...larger,
    count: larger.count + smaller.pictures,
    areas: [...larger.areas, { west, south, east, north }],
    item: null,
  };
}

/** The area around two others that are neighbours, over the 180th meridian too. */
export function around(one: Bounds, other: Bounds): Bounds {
  const turn = Math.round((one.west - other.west) / 360) * 360;
  const west = Math.min(one.west, other.west + turn);
  const east = Math.max(behind(one), behind(other) + turn);
  return {
    west: west < -180 ? west + 360 : west,
    south: Math.min(one.south, other.south),
    east: east > 180 ? east - 360 : east,
    north: Math.max(one.north, other.north),
  };
}

/** The eastern end, counted on where an area lies across the 180th meridian. */
function behind({ west, east }: Bounds): number {
  return west <= east ? east : east + 360;
}

/** How many pictures the markers in a window stand for. */
export function countIn(markers: readonly Marker[], shown: Window): number {
  const { west, south, east, north } = boundsOf(shown);
  const lies = ({ latitude, longitude }: Marker): boolean =>
    latitude >= south &&
    latitude <= north &&
    (west <= east
      ? longitude >= west && longitude <= east
      : longitude >= west || longitude <= east);
  return markers.reduce((sum, one) => sum + (lies(one) ? one.count : 0), 0);
}

/** What to ask for: whole squares of the level with one around, so that a small move asks nothing. */
export function asked(shown: Window): { bounds: Bounds; level: number; key: string } {
  const level = Math.max(0, Math.floor(shown.zoom));
  const cells = 2 ** (level + 2);
  const size = worldPx(shown.zoom);
  const snapped = (at: number, by: 1 | -1): number =>
    (by < 0 ? Math.floor(at * cells) - 1 : Math.ceil(at * cells) + 1) / cells;
  const left = snapped(shown.x - shown.width / 2 / size, -1);
  const right = snapped(shown.x + shown.width / 2 / size, 1);
  const top = snapped(shown.y - shown.height / 2 / size, -1);
  const bottom = snapped(shown.y + shown.height / 2 / size, 1);
  const whole = {
    x: (left + right) / 2,
    y: (top + bottom) / 2,
    zoom: shown.zoom,
    width: (right - left) * size,
    height: (bottom - top) * size,
  };
  return {
    bounds: boundsOf(whole),
    level,
    key: [level, ...[left, right, top, bottom].map((one) => Math.round(one * cells))].join('/'),
  };
}

/** The smallest area with all of some clusters' squares. */
export function hull(clusters: readonly ClusterOf[]): Bounds | null {
  if (!clusters.length) return null;
  const south = Math.min(...clusters.map((one) => one.south));
  const north = Math.max(...clusters.map((one) => one.north));
  // The widest gap between two of them is what is left out.
  const sorted = [...clusters].sort((one, other) => one.west - other.west);
  let [gap, west, east] = [-Infinity, -180, 180];
  sorted.forEach((one, at) => {
    const last = sorted.slice(0, at).reduce((most, { east }) => Math.max(most, east), -Infinity);
    const before = at ? last : Math.max(...sorted.map((each) => each.east)) - 360;
    if (one.west - before > gap) [gap, west, east] = [one.west - before, one.west, before];
  });
  if (gap <= 0) return { west: -180, south, east: 180, north };
  return { west, south, east: east < -180 ? east + 360 : east, north };
}

/** How a search says some areas. */
export function boxesQuery(areas: readonly Bounds[]): string {
  return areas.map(boxQuery).join(' OR ');
}

/** How a search says an area. */
export function boxQuery({ west, south, east, north }: Bounds): string {
  if (west === -180 && east === 180 && south === -90 && north === 90) return 'has:gps';
  return `box:${[west, south, east, north].map(degrees).join(',')}`;
}

function degrees(value: number): string {
  return String(Number(value.toFixed(6)) + 0);
}
