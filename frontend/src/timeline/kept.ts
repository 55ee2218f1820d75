/** Where one stood in a place, kept for when one comes back to it. */

import type { Place } from '../state/route';
import { keyOf } from '../state/sources.svelte';
import type { Anchor } from './anchor';

/** An anchor that was kept, and the day by which the address named it. */
export interface Kept extends Anchor {
  readonly named: string | undefined;
}

/** Keep where one stands in a place, for when one comes back to it in this tab. */
export function keep(place: Place, kept: Kept): void {
  try {
    sessionStorage.setItem(nameOf(place), JSON.stringify(kept));
  } catch {
    // A browser may refuse to keep anything; then one comes back to the day in the address.
  }
}

export function recall(place: Place): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(nameOf(place)) ?? '') as Kept;
  } catch {
    return null;
  }
}

function nameOf(place: Place): string {
  return `place ${keyOf(place)}`;
}
