/**
 * Scrolling over more pixels than a browser can: Chromium ends at 33.5 million physical pixels, so
 * at 11 million of CSS on a phone; Firefox at 17.9 million. A million pictures are taller.
 *
 * Two places: `at` is where one is in the whole, from 0 to `furthest`; `scrolled` is what the
 * browser scrolls over. While one scrolls, both move alike, to the pixel. A leap, as with the
 * scrollbar, is proportional. What then lies between the two is taken back when all is at rest, by
 * `settle`, together with `shift`, so that nothing on the screen moves. Where the whole fits, both
 * are one.
 */

/**
 * Tallest element in CSS pixels. Browsers draw with floats of 32 bits, in which the screen's own
 * pixels are whole numbers up to 16.7 million: enough for three of them in a pixel. In Firefox rows
 * further down lie up to two pixels wrong.
 */
export const CAP_PX = 5_000_000;
/** At both ends nothing is scaled, so that one does not run out of pixels before the end. */
const EDGE_PX = 400_000;

export class Runway {
  readonly #cap: number;
  #total = 0;
  #viewport = 0;
  #at = 0;
  #scrolled = 0;

  constructor(cap = CAP_PX) {
    this.#cap = cap;
  }

  /** Where one is in the whole. */
  get at(): number {
    return this.#at;
  }

  /** What has to be taken from a distance in the whole to have the one in the element. */
  get shift(): number {
    return this.#at - this.#scrolled;
  }

  /** How tall the element is that is scrolled over. */
  get height(): number {
    return Math.min(this.#total, this.#cap);
  }

  /** Where the end is. */
  get furthest(): number {
    return Math.max(0, this.#total - this.#viewport);
  }

  /** Take how tall the whole and the window are. One stays where one is, so far as there is such. */
  resize(total: number, viewport: number): void {
    this.#total = total;
    this.#viewport = viewport;
    this.jump(this.#at);
  }

  /** Go somewhere. Returns what the browser has to be scrolled to. */
  jump(at: number): number {
    this.#at = Math.min(at, this.furthest);
    this.#scrolled = this.#down(this.#at);
    return this.#scrolled;
  }

  /** The browser has scrolled. May be below 0: above the element there may be others. */
  move(scrolled: number): void {
    const by = scrolled - this.#scrolled;
    const leap = Math.max(4 * this.#viewport, 4_000);
    const end = this.height - this.#viewport;
    const at = Math.abs(by) > leap ? this.#up(scrolled) : this.#at + by;
    // At an end of what can be scrolled over, one is there, whatever the sum says.
    this.#at = this.shiftless
      ? scrolled
      : Math.min(Math.max(at, Math.min(scrolled, 0)), this.furthest);
    this.#scrolled = Math.min(scrolled, Math.max(end, 0));
  }

  /** Whether nothing has to be scaled. */
  get shiftless(): boolean {
    return this.#total <= this.#cap;
  }

  /** Whether `settle` is due at once, and cannot wait for rest: there is no more to scroll over. */
  get pressed(): boolean {
    if (this.shiftless) return false;
    const end = this.height - this.#viewport;
    return (
      (this.#scrolled < this.#viewport && this.#at > 2 * this.#viewport) ||
      (this.#scrolled > end - this.#viewport && this.#at < this.furthest - 2 * this.#viewport)
    );
  }

  /** Bring both together again. Returns what the browser has to be scrolled to; null if nothing. */
  settle(): number | null {
    if (this.shiftless || this.#down(this.#at) === this.#scrolled) return null;
    return this.jump(this.#at);
  }

  #down(at: number): number {
    const far = this.furthest;
    const end = Math.max(0, this.height - this.#viewport);
    if (this.shiftless || at <= EDGE_PX) return at;
    if (at >= far - EDGE_PX) return end - (far - at);
    return EDGE_PX + Math.round(((at - EDGE_PX) * (end - 2 * EDGE_PX)) / (far - 2 * EDGE_PX));
  }

  #up(scrolled: number): number {
    const far = this.furthest;
    const end = Math.max(0, this.height - this.#viewport);
    if (this.shiftless || scrolled <= EDGE_PX) return scrolled;
    if (scrolled >= end - EDGE_PX) return far - (end - scrolled);
    return EDGE_PX + ((scrolled - EDGE_PX) * (far - 2 * EDGE_PX)) / (end - 2 * EDGE_PX);
  }
}
