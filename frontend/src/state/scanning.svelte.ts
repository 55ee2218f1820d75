/** Has the server look through the libraries at once. */

import { live } from './live.svelte';
import { server } from './server';

const TRIES = 10;
const PAUSE_MS = 300;

/** What a button needs that has it done. */
export class Scanning {
  /** Whether it has been asked for, and not been seen to begin. */
  asked = $state(false);
  trouble = $state.raw<unknown>(null);

  async ask(): Promise<void> {
    this.asked = true;
    this.trouble = null;
    try {
      await scanNow();
    } catch (error) {
      this.trouble = error;
    } finally {
      this.asked = false;
    }
  }
}

/** Ask for it, and wait until it has been seen to begin, or to be over already. */
async function scanNow(): Promise<void> {
  const before = live.libraries?.scans ?? 0;
  await server.post('/api/v1/libraries/scan', undefined);
  for (let tries = 0; tries < TRIES; tries++) {
    await live.ask();
    const found = live.libraries;
    if (found && (found.scans > before || found.step !== 'idle')) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
