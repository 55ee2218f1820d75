/**
 * What is shown, as an address says it: a table of views, each with what its address holds.
 *
 * Pure: `parse` reads an address, `print` writes it, and `parse(print(route))` is the route again.
 * The server answers each of these paths with the page (`web/gallery.py` holds the same list).
 */

/** A view that fills the window. */
export type Place =
  /** The whole library; `day` (ISO 8601) is where it begins to be shown. */
  | { readonly view: 'photos'; readonly day?: string }
  /** What a search finds, in the same timeline. */
  | { readonly view: 'search'; readonly q: string; readonly day?: string }
  | { readonly view: 'map'; readonly at?: MapPlace }
  /** A folder by its number; without one, all libraries. */
  | { readonly view: 'folders'; readonly folder?: number }
  /** What is wrong; `code` shows one kind of it. */
  | { readonly view: 'health'; readonly code?: string }
  | { readonly view: 'settings' };

/** One asset, over the place that it was opened from: its neighbours are those of that place. */
export interface Photo {
  readonly view: 'photo';
  readonly digest: string;
  readonly within: Place;
}

/** Nothing is there. */
export interface Unknown {
  readonly view: 'unknown';
  readonly path: string;
}

export type Route = Place | Photo | Unknown;

/** Middle of a map in WGS 84 degrees, and how near it is. */
export interface MapPlace {
  readonly latitude: number;
  readonly longitude: number;
  readonly zoom: number;
}

const DIGEST = /^[0-9a-f]{64}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const NUMBER = /^[1-9]\d{0,15}$/;
const CODE = /^[a-z_]{1,40}$/;

/**
 * Read an address.
 *
 * @param path below the base, percent-encoded, beginning with a slash.
 * @param search with its question mark, or empty.
 */
export function parse(path: string, search: string): Route {
  const query = new URLSearchParams(search);
  const [first = '', second, ...more] = path.slice(1).split('/');
  if (more.length === 0) {
    if (first === 'photo' && second !== undefined && DIGEST.test(second)) {
      return { view: 'photo', digest: second, within: within(query) };
    }
    if (first === 'folders' && second !== undefined && NUMBER.test(second)) {
      return { view: 'folders', folder: Number(second) };
    }
    const place = second === undefined ? plain(first, query) : undefined;
    if (place) return place;
  }
  return { view: 'unknown', path };
}

/** The address of a route, below the base, without a slash before it: empty is the base itself. */
export function print(route: Route): string {
  switch (route.view) {
    case 'photo':
      return `photo/${route.digest}${printed(fromWithin(route.within))}`;
    case 'photos':
      return printed({ day: route.day });
    case 'search':
      return `search${printed({ q: route.q, day: route.day })}`;
    case 'map':
      return `map${printed({ at: route.at && printMap(route.at) })}`;
    case 'folders':
      return route.folder === undefined ? 'folders' : `folders/${route.folder}`;
    case 'health':
      return `health${printed({ code: route.code })}`;
    case 'settings':
      return 'settings';
    case 'unknown':
      return route.path.slice(1);
  }
}

/** What lies below the viewer, or is all that is shown. */
export function placeOf(route: Route): Place | Unknown {
  return route.view === 'photo' ? route.within : route;
}

function plain(name: string, query: URLSearchParams): Place | undefined {
  switch (name) {
    case '':
      return { view: 'photos', ...matching('day', query, DAY) };
    case 'search':
      return { view: 'search', q: query.get('q') ?? '', ...matching('day', query, DAY) };
    case 'map': {
      const at = parseMap(query.get('at') ?? '');
      return at ? { view: 'map', at } : { view: 'map' };
    }
    case 'folders':
      return { view: 'folders' };
    case 'health':
      return { view: 'health', ...matching('code', query, CODE) };
    case 'settings':
      return { view: 'settings' };
    default:
      return undefined;
  }
}

/** Where a photo was opened from: named by the parameter that the place has. */
function within(query: URLSearchParams): Place {
  const q = query.get('q');
  if (q !== null) return { view: 'search', q };
  const folder = query.get('folder') ?? '';
  if (NUMBER.test(folder)) return { view: 'folders', folder: Number(folder) };
  const at = parseMap(query.get('at') ?? '');
  if (at) return { view: 'map', at };
  const code = query.get('code') ?? '';
  if (CODE.test(code)) return { view: 'health', code };
  return { view: 'photos' };
}

/** The opposite; what a place shows beside that (a day, settings) does not matter below a photo. */
function fromWithin(place: Place): Record<string, string | undefined> {
  switch (place.view) {
    case 'search':
      return { q: place.q };
    case 'folders':
      return { folder: place.folder?.toString() };
    case 'map':
      return { at: place.at && printMap(place.at) };
    case 'health':
      return { code: place.code };
    default:
      return {};
  }
}

function matching<Name extends string>(
  name: Name,
  query: URLSearchParams,
  pattern: RegExp,
): { [key in Name]?: string } {
  const value = query.get(name) ?? '';
  return (pattern.test(value) ? { [name]: value } : {}) as { [key in Name]?: string };
}

function printed(parameters: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, value);
  }
  return query.size ? `?${query}` : '';
}

function printMap(at: MapPlace): string {
  return `${at.latitude},${at.longitude},${at.zoom}`;
}

function parseMap(text: string): MapPlace | undefined {
  const [latitude = NaN, longitude = NaN, zoom = NaN, ...more] = text.split(',').map(decimal);
  const fits = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && zoom >= 0 && zoom <= 24;
  return fits && more.length === 0 ? { latitude, longitude, zoom } : undefined;
}

function decimal(text: string): number {
  return /^-?\d{1,3}(\.\d{1,12})?$/.test(text) ? Number(text) : NaN;
}
