/** Which assets there is a picture of. */

import type { Item } from '../api/types';

/** Whether it can be asked for now. */
export function isPictured(state: Item['picture']): boolean {
  return state === 'ready' || state === 'rough';
}
