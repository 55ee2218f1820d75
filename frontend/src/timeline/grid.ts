/**
 * The grid of a source: the library, a search, a folder, an area. The window scrolls it.
 *
 *   <Grid {source} within={route} label="…" shown={digest of the open photo} />
 *
 * What it needs
 *   source     `sources.of(place)`; it is asked to load by whoever shows it.
 *   within     the place that a photo opened here lies over.
 *   label      name of the grid for screen readers.
 * What may be given
 *   day        where to begin; another value later jumps there, undefined to the top.
 *   shown      digest that the viewer shows now: the grid follows it, and gives it the focus when
 *              it becomes undefined.
 *   onplace    told where it stands, at rest: a day, or undefined at the top.
 *   selected   whether an asset is selected: `(item, position) => boolean`. Reactive if it reads
 *              state. Without it tiles have no `aria-selected`.
 *   check      a snippet in the upper left corner of each tile: `(item, position)`.
 *   dayCheck   a snippet beside each day's heading: `(day, from, to)`, to is behind the last.
 *   empty      a snippet that is shown when there is nothing.
 * What it can do (`bind:this`)
 *   jumpToDay(day).
 *
 * Tiles are `a[data-position]` in `[role=gridcell]`; `timeline/tiles.ts` finds them by digest.
 */

import type { Snippet } from 'svelte';
import type { Item } from '../api/types';
import type { Place } from '../state/route';
import type { Source } from '../state/source.svelte';

export interface GridProps {
  readonly source: Source;
  readonly within: Place;
  readonly label: string;
  readonly day?: string | undefined;
  readonly shown?: string | undefined;
  readonly onplace?: (day: string | undefined) => void;
  readonly selected?: (item: Item, position: number) => boolean;
  readonly check?: Snippet<[Item, number]>;
  readonly dayCheck?: Snippet<[string, number, number]>;
  readonly empty?: Snippet;
}
