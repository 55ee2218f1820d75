/** Which component shows which view. Each is a chunk of its own, fetched when it is first needed. */

import type { Component } from 'svelte';
import type { Photo, Place } from './state/route';
import Timeline from './timeline/Timeline.svelte';

/** What each view gets: its part of the address. */
export interface ViewProps<Shown> {
  readonly route: Shown;
}

type Loaded<Shown> = Promise<Component<ViewProps<Shown>>>;
type Shown<View extends Place['view']> = Extract<Place, { view: View }>;
type Views = { readonly [View in Place['view']]: () => Loaded<Shown<View>> };

export const views: Views = {
  // Part of the first load: it is what nearly everybody comes for.
  photos: async () => Timeline,
  search: async () => (await import('./search/Search.svelte')).default,
  map: async () => (await import('./map/Map.svelte')).default,
  folders: async () => (await import('./folders/Folders.svelte')).default,
  health: async () => (await import('./health/Health.svelte')).default,
  settings: async () => (await import('./settings/Settings.svelte')).default,
};

export const viewer = async (): Loaded<Photo> => (await import('./viewer/Viewer.svelte')).default;
