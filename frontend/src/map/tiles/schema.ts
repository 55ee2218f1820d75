/**
 * What the features of vector tiles are on our map.
 *
 * Two ways of naming them are known: that of Protomaps' basemap (layers `roads`, `landuse`, …; the
 * word is `kind`, in version 3 `pmap:kind`) and OpenMapTiles' (`transportation`, `landcover`, …; the
 * word is `class`). Sources: docs.protomaps.com/basemaps/layers, openmaptiles.org/schema.
 */

/** In the order in which they are painted. */
export const AREAS = [
  'earth',
  'urban',
  'green',
  'wood',
  'sand',
  'ice',
  'water',
  'apron',
  'building',
] as const;
/** The same; each is painted over those before. */
export const LINES = [
  'stream',
  'river',
  'path',
  'service',
  'minor',
  'medium',
  'major',
  'highway',
  'rail',
  'runway',
  'region',
  'border',
] as const;

export type Area = (typeof AREAS)[number];
export type Way = (typeof LINES)[number];
export type Kind = Area | Way;
export type NameKind =
  'country' | 'region' | 'city' | 'town' | 'village' | 'suburb' | 'water' | 'road';
export type Words = Readonly<Record<string, string | number | boolean>>;

const LANDS: Readonly<Record<string, Area>> = {
  ...each('urban', 'residential urban_area industrial commercial railway aerodrome military'),
  ...each('green', 'park national_park nature_reserve protected_area grass grassland meadow'),
  ...each('green', 'golf_course cemetery garden village_green allotments recreation_ground pitch'),
  ...each('green', 'scrub heath playground dog_park orchard vineyard stadium zoo wetland'),
  ...each('wood', 'forest wood'),
  ...each('sand', 'beach sand dune'),
  ...each('ice', 'glacier ice'),
  ...each('apron', 'runway taxiway apron'),
};
const WAYS: Readonly<Record<string, Way>> = {
  // Protomaps
  ...each('highway', 'highway'),
  ...each('major', 'major_road'),
  ...each('medium', 'medium_road'),
  ...each('minor', 'minor_road'),
  ...each('path', 'path other'),
  ...each('runway', 'runway taxiway'),
  // OpenMapTiles
  ...each('highway', 'motorway trunk'),
  ...each('major', 'primary secondary'),
  ...each('medium', 'tertiary'),
  ...each('minor', 'minor'),
  ...each('service', 'service track raceway busway'),
  ...each('rail', 'rail transit'),
};
const STREAMS = new Set(['stream', 'ditch', 'drain']);
const TOWNS: Readonly<Record<string, NameKind>> = {
  ...each('city', 'city'),
  ...each('town', 'town'),
  ...each('village', 'village hamlet locality isolated_dwelling farm'),
  ...each('suburb', 'suburb quarter neighbourhood macrohood borough'),
  ...each('country', 'country'),
  ...each('region', 'region state province'),
};

function each<Found extends string>(found: Found, words: string): Record<string, Found> {
  return Object.fromEntries(words.split(' ').map((word) => [word, found]));
}

/** What a feature is; null for what our map does not show. @param isArea or else a line. */
export function kindOf(layer: string, words: Words, isArea: boolean): Kind | null {
  switch (layer) {
    case 'earth':
      return isArea ? 'earth' : null;
    case 'water':
      return isArea ? 'water' : riverOf(words);
    case 'waterway':
      return isArea ? null : riverOf(words);
    case 'landuse':
    case 'landcover':
    case 'natural':
    case 'globallandcover':
      return isArea ? found(LANDS, wordOf(words)) : null;
    case 'park':
      return isArea ? 'green' : null;
    case 'aeroway':
      return isArea ? found(LANDS, wordOf(words)) : 'runway';
    case 'building':
    case 'buildings':
      return isArea ? 'building' : null;
    case 'roads':
    case 'transit':
    case 'transportation':
      return isArea ? null : wayOf(words);
    case 'boundaries':
    case 'boundary':
      return isArea ? null : borderOf(words);
    default:
      return null;
  }
}

function wordOf(words: Words): string {
  const word = words['pmap:kind'] ?? words['kind'] ?? words['class'];
  return typeof word === 'string' ? word : '';
}

function found<Found>(all: Readonly<Record<string, Found>>, word: string): Found | null {
  return Object.hasOwn(all, word) ? (all[word] ?? null) : null;
}

function riverOf(words: Words): Way {
  return STREAMS.has(wordOf(words)) ? 'stream' : 'river';
}

function wayOf(words: Words): Way | null {
  const detail = words['kind_detail'] ?? words['pmap:kind_detail'];
  if (wordOf(words) === 'minor_road' && detail === 'service') return 'service';
  if (wordOf(words) === 'aeroway') return 'runway';
  return found(WAYS, wordOf(words));
}

function borderOf(words: Words): Way | null {
  if (words['maritime'] === 1 || words['maritime'] === true) return null;
  const word = wordOf(words);
  const level = Number(
    words['admin_level'] ?? words['pmap:min_admin_level'] ?? words['kind_detail'],
  );
  if (word === 'country' || level === 2) return 'border';
  if (word === 'region' || level === 3 || level === 4) return 'region';
  return null;
}

/** What kind of name a feature has, and how important it is: less is more. */
export function nameOf(layer: string, words: Words): { kind: NameKind; rank: number } | null {
  switch (layer) {
    case 'places':
    case 'place':
      return townOf(words);
    case 'water_name':
      return { kind: 'water', rank: 60 };
    case 'water':
      return { kind: 'water', rank: 60 };
    case 'roads':
    case 'transportation_name':
      return roadOf(words);
    default:
      return null;
  }
}

/** Where the ranks of each kind begin; less is more important. */
export const RANKS: Readonly<Record<NameKind, number>> = {
  country: 0,
  region: 25,
  city: 10,
  town: 30,
  village: 50,
  suburb: 45,
  water: 60,
  road: 80,
};

function townOf(words: Words): { kind: NameKind; rank: number } | null {
  const detail = words['kind_detail'] ?? words['pmap:kind_detail'];
  const kind = (typeof detail === 'string' && found(TOWNS, detail)) || found(TOWNS, wordOf(words));
  if (!kind) return null;
  // Of the towns, Protomaps tells 0 to 18 by population, OpenMapTiles 1 and more by importance.
  const size = Number(words['population_rank'] ?? words['pmap:population_rank']);
  const rank = Number(words['rank']);
  const within = size >= 0 ? 18 - size : rank >= 0 ? rank : 9;
  return { kind, rank: RANKS[kind] + Math.min(Math.max(within, 0), 18) };
}

const ROADS: readonly Way[] = ['highway', 'major', 'medium', 'minor', 'service', 'path'];

function roadOf(words: Words): { kind: NameKind; rank: number } | null {
  const way = wayOf(words);
  const at = way ? ROADS.indexOf(way) : -1;
  return at < 0 ? null : { kind: 'road', rank: RANKS.road + at };
}

/** Names beyond it are no names. */
const MOST_SIGNS = 60;

/** A feature's name in the user's language, or as it is called there; empty where it has none. */
export function textOf(words: Words, language: string): string {
  const text = words[`name:${language}`] || words[`name_${language}`] || words['name'];
  return typeof text === 'string' && text.length <= MOST_SIGNS ? text : '';
}
