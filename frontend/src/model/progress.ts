/** How far the server is with a library, and when it will be done. */

import type { Counts } from '../api/types';

/** What is still to be done: a file that is read will want a picture, too. */
export function left(counts: Counts): number {
  return 2 * counts.unhashed + counts.unpictured + counts.rough;
}

/** Parts of the whole that are done, from 0 to 1. */
export function done(counts: Counts): number {
  const all = 2 * counts.files;
  return all ? Math.min(1, Math.max(0, 1 - left(counts) / all)) : 0;
}

/**
 * What is left of the step that is being done: each has its own pace. Null for steps of which
 * nobody knows how long they are.
 */
export function leftOfStep(step: string, counts: Counts): number | null {
  if (step === 'reading') return counts.unhashed;
  return step === 'picturing' ? counts.unpictured + counts.rough : null;
}

interface Sample {
  readonly atMs: number;
  readonly left: number;
}

const LOOKS_BACK_MS = 60_000;
/** Less says nothing about the rest. */
const LEAST_MS = 8_000;

/** Guesses the time that is left from how fast it went in the last minute. */
export class Pace {
  #samples: Sample[] = [];

  /** @returns seconds until nothing is left; null as long as nobody can tell. */
  tell(now: Sample): number | null {
    const last = this.#samples.at(-1);
    // More has been found: what went before says nothing about it.
    if (last && now.left > last.left) this.#samples = [];
    this.#samples.push(now);
    while ((this.#samples[0]?.atMs ?? now.atMs) < now.atMs - LOOKS_BACK_MS) this.#samples.shift();
    const first = this.#samples[0] ?? now;
    const took = now.atMs - first.atMs;
    const did = first.left - now.left;
    return took >= LEAST_MS && did > 0 ? (now.left * took) / did / 1000 : null;
  }
}
