/** A file that nobody has read yet, in the place of the asset that it will be. */

import type { Item, PendingItem } from '../api/types';

const PREFIX = 'file:';

/** As lists show assets; instead of a digest it has the file's number. */
export function itemOf(file: PendingItem): Item {
  return {
    digest: `${PREFIX}${file.id}`,
    name: file.name,
    kind: file.kind,
    local: file.modified.slice(0, 23).replace('Z', ''),
    offset_min: null,
    taken: file.modified,
    certainty: null,
    width_px: null,
    height_px: null,
    duration_ms: null,
    picture: file.kind === 'other' ? 'none' : 'pending',
    live: false,
    part: false,
    rating: null,
    colour: null,
  };
}

/** The number of the file; null for an asset. */
export function fileOf(digest: string): number | null {
  return digest.startsWith(PREFIX) ? Number(digest.slice(PREFIX.length)) : null;
}
