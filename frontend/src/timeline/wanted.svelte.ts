/** What a grid asks for while it moves: nothing that flies by, and what is under the eye first. */

import { thrifty } from './hover';
import { isKnown, type Range, type ShownRow } from './rows';

/** Above this nothing is asked for, and below it pictures are, in pixels a second. */
const ITEMS_BELOW = 8_000;
const PICTURES_BELOW = 2_500;
const AHEAD_MS = 200;
const ASK_EVERY_MS = 120;

const NONE: Range = { from: 0, to: -1 };

export interface Grid {
  /** Ask what the pictures near the window are. */
  ask(): void;
  /** Rows that are in the page. */
  rows(): readonly ShownRow[];
  /** In pixels a second. */
  speed(): number;
}

export class Wanted {
  readonly #grid: Grid;
  #pictures = $state.raw(NONE);
  #eye = $state.raw(NONE);
  #sharp = $state.raw(NONE);
  #askedMs = 0;
  #waits = false;
  #ahead: ReturnType<typeof setTimeout> | undefined;

  constructor(grid: Grid) {
    this.#grid = grid;
  }

  /** Rows whose pictures may be asked for. */
  get pictures(): Range {
    return this.#pictures;
  }

  /** Rows under the eye. */
  get eye(): Range {
    return this.#eye;
  }

  /** Rows that are looked at so long that their pictures may be replaced by better ones. */
  get sharp(): Range {
    return this.#sharp;
  }

  /** Take what is under the eye now. */
  look(seen: Range): void {
    if (seen.from !== this.#eye.from || seen.to !== this.#eye.to) this.#eye = seen;
  }

  /** It moves so slowly that something can be seen. */
  slowed(speed: number): void {
    if (speed < ITEMS_BELOW && performance.now() - this.#askedMs > ASK_EVERY_MS) this.ask();
    if (speed < PICTURES_BELOW) this.#pictures = this.#eye;
  }

  /** What is under the eye is loaded, then what is near. */
  calm(): void {
    this.ask();
    this.#pictures = this.#eye;
    this.#later();
  }

  /** It is known what more pictures are. */
  came(): void {
    if (this.#waits) this.#later();
  }

  #later(): void {
    this.#waits = false;
    clearTimeout(this.#ahead);
    this.#ahead = setTimeout(() => {
      if (this.#grid.speed() >= PICTURES_BELOW) return;
      // A busy server takes its time: what is near does not overtake what is looked at.
      const rows = this.#grid.rows();
      this.#waits = !isKnown(rows, this.#eye);
      if (this.#waits) return;
      this.#pictures = { from: rows[0]?.row ?? 0, to: rows.at(-1)?.row ?? -1 };
      if (!thrifty()) this.#sharp = this.#eye;
    }, AHEAD_MS);
  }

  ask(): void {
    this.#askedMs = performance.now();
    this.#grid.ask();
  }

  /** The rows are others now. */
  forget(): void {
    this.#sharp = NONE;
  }

  end(): void {
    clearTimeout(this.#ahead);
  }
}
