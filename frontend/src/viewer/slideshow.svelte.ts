/** Goes on by itself, and keeps the screen awake meanwhile. */

const EACH_MS = 4_000;

interface Lock {
  release(): Promise<void>;
}

export class Slideshow {
  #running = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lock: Lock | undefined;
  readonly #advance: () => void;

  /** @param advance shows the next one. */
  constructor(advance: () => void) {
    this.#advance = advance;
  }

  get running(): boolean {
    return this.#running;
  }

  start(): void {
    this.#running = true;
    document.addEventListener('visibilitychange', this.#stayAwake);
    void this.#stayAwake();
  }

  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#stayAwake);
    void this.#lock?.release().catch(() => undefined);
    this.#lock = undefined;
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

  /** Browsers take the lock away from a page that is not seen. */
  readonly #stayAwake = async (): Promise<void> => {
    if (document.visibilityState !== 'visible') return;
    try {
      this.#lock = await navigator.wakeLock.request('screen');
      if (!this.#running) await this.#lock.release();
    } catch {
      // No such thing here, or the battery is low.
    }
  };
}
