/** Goes on by itself, and keeps the screen awake meanwhile. */

import { keepAwake } from './awake';

const EACH_MS = 4_000;

export class Slideshow {
  #running = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sleep: (() => void) | undefined;
  readonly #advance: () => void;

  /** @param advance shows the next one. */
  constructor(advance: () => void) {
    this.#advance = advance;
  }

  get running(): boolean {
    return this.#running;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#sleep = keepAwake();
  }

  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    clearTimeout(this.#timer);
    this.#sleep?.();
    this.#sleep = undefined;
  }

  /**
   * What is shown has become ready to be looked at: it is, for a while.
   *
   * @param soon whether it has been already.
   */
  look(soon = false): void {
    clearTimeout(this.#timer);
    if (this.#running) this.#timer = setTimeout(() => this.#advance(), soon ? 0 : EACH_MS);
  }

  /** Wait for `look`, however long it takes: a film is playing. */
  wait(): void {
    clearTimeout(this.#timer);
  }
}
