/** Tiles of the user's own file: loaded when there is one. */

import type { MapFileOf } from '../../api/types';
import { ownScript } from '../../state/trusted';
import { Tiles } from './detail.svelte';
import painter from './painter?worker&url';

/** @param address where the file's bytes are. @param language in which names are shown. */
export function tilesOf(file: MapFileOf, address: string, language: string): Tiles {
  return new Tiles(file, address, language, () => new Worker(ownScript(painter)));
}
