/** How tall the rows of pictures are: the choices, and what fingers and wheels make of them. */

/** From many small pictures to few large ones. */
export const SIZES = ['small', 'usual', 'large', 'largest'] as const;

export type Size = (typeof SIZES)[number];

export const USUAL: Size = 'usual';

/** Whatever was kept, as a size. */
export function sizeOf(kept: string | null): Size {
  return SIZES.find((one) => one === kept) ?? USUAL;
}

/** So many steps larger, or smaller below 0; at both ends there is no further. */
export function stepped(size: Size, by: number): Size {
  const to = Math.min(Math.max(SIZES.indexOf(size) + by, 0), SIZES.length - 1);
  return SIZES[to] ?? size;
}

/** Between two sizes lies more; but a hand should not have to open for all of it. */
const STEP = 1.4;

/** Two fingers that move apart or together. */
export class Pinch {
  #from: number;

  /** @param apart how far the fingers are from each other, in pixels; more than 0. */
  constructor(apart: number) {
    this.#from = apart;
  }

  /** @returns by how many sizes the pictures become larger now. */
  move(apart: number): number {
    const steps = Math.trunc(Math.log(apart / this.#from) / Math.log(STEP));
    // Whoever goes back to where it began has the size of the beginning.
    this.#from *= STEP ** steps;
    return steps;
  }
}

/** A notch of a wheel is about 100; a touchpad tells of a few pixels at a time. */
const NOTCH_PX = 40;
/** Behind a pause this long, what was before does not count. */
const PAUSE_MS = 300;
/** As browsers scroll by lines. */
const LINE_PX = 16;

/** What is read of a wheel that was turned. */
export interface Turned {
  readonly deltaY: number;
  /** 0 for pixels; others are lines and pages. */
  readonly deltaMode: number;
  readonly timeStamp: number;
}

/** A wheel turned with Ctrl; two fingers on a touchpad are told as the same. */
export class Wheel {
  #sum = 0;
  #ms = -Infinity;

  /** @returns by how many sizes the pictures become larger now. */
  turn({ deltaY, deltaMode, timeStamp }: Turned): number {
    const by = deltaMode === 0 ? deltaY : deltaY * LINE_PX;
    const goesOn = timeStamp - this.#ms < PAUSE_MS && by * this.#sum >= 0;
    this.#ms = timeStamp;
    this.#sum = (goesOn ? this.#sum : 0) + by;
    if (Math.abs(this.#sum) < NOTCH_PX) return 0;
    const step = this.#sum < 0 ? 1 : -1;
    this.#sum = 0;
    return step;
  }
}
