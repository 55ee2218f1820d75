/** Which of the facets of a search are worth showing: those that divide what is found. */

import type { FacetCount, Facets } from '../api/types';

export interface Group {
  readonly kind: string;
  /** The most frequent first; never empty. */
  readonly values: readonly FacetCount[];
}

/** A value in the short row, which tells of all kinds. */
export interface Pick {
  readonly kind: string;
  readonly value: FacetCount;
}

/** What people remember first comes first. */
const ORDER = [
  'year',
  'country',
  'city',
  'person',
  'type',
  'camera',
  'keyword',
  'folder',
  'rating',
  'region',
  'lens',
] as const;

/** What all have, or none, divides nothing. */
export function groupsOf(facets: Facets): Group[] {
  return ORDER.flatMap((kind) => {
    const values = (facets.kinds[kind] ?? []).filter(
      ({ assets }) => assets > 0 && assets < facets.assets,
    );
    // Years are looked for by their number.
    if (kind === 'year') values.sort((a, b) => Number(b.value) - Number(a.value));
    return values.length ? [{ kind, values }] : [];
  });
}

/** Some of each kind, the most frequent of them; a city that is a region, too, only once. */
export function picksOf(groups: readonly Group[], each: number): Pick[] {
  const seen = new Set<string>();
  return groups.flatMap(({ kind, values }) => {
    const best = new Set([...values].sort((a, b) => b.assets - a.assets).slice(0, each));
    return values
      .filter((value) => best.has(value) && !seen.has(`${value.value} ${value.assets}`))
      .map((value) => {
        seen.add(`${value.value} ${value.assets}`);
        return { kind, value };
      });
  });
}
