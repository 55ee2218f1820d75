/** How fast the window moves over the whole, so that nothing is asked for that flies by. */

/** Less has not moved. */
const LEAST_PX = 0.5;
const FRAME_MS = 4;
/** Behind a pause this long, what was before does not count. */
const PAUSE_MS = 200;
const FADING = 0.7;

export class Motion {
  #at = 0;
  #ms = 0;
  #speed = 0;
  #direction: 1 | -1 = 1;

  /** In pixels a second; it fades, as one scrolls by jerks. */
  get speed(): number {
    return this.#speed;
  }

  /** 1 for downwards. */
  get direction(): 1 | -1 {
    return this.#direction;
  }

  /** The window is somewhere else, and there was no way between. */
  jump(at: number, nowMs: number): void {
    this.#at = at;
    this.#ms = nowMs;
    this.#speed = 0;
  }

  /** The window has moved. @returns whether it has. */
  move(at: number, nowMs: number): boolean {
    const by = at - this.#at;
    if (Math.abs(by) < LEAST_PX) return false;
    const tookMs = nowMs - this.#ms;
    const now = (Math.abs(by) / Math.max(tookMs, FRAME_MS)) * 1000;
    this.#speed = Math.max(now, tookMs > PAUSE_MS ? now : this.#speed * FADING);
    this.#direction = by < 0 ? -1 : 1;
    this.#at = at;
    this.#ms = nowMs;
    return true;
  }

  rest(): void {
    this.#speed = 0;
  }
}
