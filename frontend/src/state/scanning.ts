/** Has the server look through the libraries at once. */

import { live } from './live.svelte';
import { server } from './server';

const TRIES = 10;
const PAUSE_MS = 300;

/**
 * Ask for it, and wait until it has been seen to begin, or to be over already.
 *
 * @throws what `server.post` throws.
 */
export async function scanNow(): Promise<void> {
  const before = live.libraries?.scans ?? 0;
  await server.post('/api/v1/libraries/scan', undefined);
  for (let tries = 0; tries < TRIES; tries++) {
    await live.ask();
    const found = live.libraries;
    if (found && (found.scans > before || found.step !== 'idle')) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
