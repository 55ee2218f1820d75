/** Buttons fade when nobody has done anything for a while. */

const QUIET_MS = 3_000;

export class Quiet {
  #on = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether they are not to be seen. */
  get on(): boolean {
    return this.#on;
  }

  /** Somebody is there. */
  wake(): void {
    this.#on = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#on = true), QUIET_MS);
  }

  toggle(): void {
    if (this.#on) this.wake();
    else this.#on = true;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
