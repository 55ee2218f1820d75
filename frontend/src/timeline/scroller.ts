/**
 * The window's way over a grid that may be taller than a browser can scroll: where it is, how fast
 * it moves, and when it has come to rest.
 */

import { Motion } from '../model/motion';
import { Runway } from '../model/runway';

/** Told where the window is. */
export interface Follower {
  /** It is somewhere else. */
  moved(): void;
  /** It moves so slowly that something can be seen. @param speed in pixels a second. */
  slowed(speed: number): void;
  /** Nothing moves, or hardly. */
  calm(): void;
  /** Nothing has moved for a while. */
  rested(): void;
}

const CALM_MS = 80;
const REST_MS = 250;

export class Scroller {
  readonly #follower: Follower;
  readonly #runway = new Runway();
  readonly #motion = new Motion();
  #track: HTMLElement | undefined;
  #calm: ReturnType<typeof setTimeout> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(follower: Follower) {
    this.#follower = follower;
  }

  /** Where the top of the window is in the whole, in pixels; below 0 above the grid. */
  get at(): number {
    return this.#runway.at;
  }

  /** What a distance in the whole has to be lessened by to have the one in the element. */
  get shift(): number {
    return this.#runway.shift;
  }

  get speed(): number {
    return this.#motion.speed;
  }

  /** 1 for downwards. */
  get direction(): 1 | -1 {
    return this.#motion.direction;
  }

  /** Take the element that is scrolled over, and how tall the whole is. */
  resize(track: HTMLElement, height: number): void {
    this.#track = track;
    this.#runway.resize(height, innerHeight);
    track.style.height = `${this.#runway.height}px`;
  }

  /** Take the window somewhere in the whole, at once. */
  go(place: number): void {
    const to = this.#runway.jump(Math.max(0, place));
    // At the ends is what stands above and below the grid, too.
    if (place <= 0) window.scrollTo({ top: 0, behavior: 'instant' });
    else if (place >= this.#runway.furthest) {
      window.scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
    } else this.#scroll(to);
    this.arrive();
  }

  /** As `go`, to the pixel: below 0 is what stands above the grid. */
  hold(place: number): void {
    this.#scroll(this.#runway.jump(place));
    this.arrive();
  }

  /** There is no way between there and here: what is here is wanted now. */
  arrive(): void {
    this.#runway.move(this.#scrolled());
    this.#motion.jump(this.#runway.at, performance.now());
    this.#follower.moved();
    this.#calmed();
    this.rest();
  }

  /** The browser has scrolled. */
  follow(): void {
    this.#runway.move(this.#scrolled());
    if (!this.#motion.move(this.#runway.at, performance.now())) return;
    if (this.#runway.pressed) this.#settle();
    this.#follower.moved();
    this.#follower.slowed(this.#motion.speed);
    clearTimeout(this.#calm);
    this.#calm = setTimeout(() => this.#calmed(), CALM_MS);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.rest(), REST_MS);
  }

  /** Nothing will move. */
  rest(): void {
    clearTimeout(this.#rest);
    if (this.#settle()) this.#follower.moved();
    this.#follower.rested();
  }

  /** The grid is no more. */
  end(): void {
    clearTimeout(this.#calm);
    clearTimeout(this.#rest);
  }

  #calmed(): void {
    clearTimeout(this.#calm);
    this.#motion.rest();
    this.#follower.calm();
  }

  #settle(): boolean {
    const to = this.#runway.settle();
    if (to !== null) this.#scroll(to);
    return to !== null;
  }

  #scroll(to: number): void {
    window.scrollBy({ top: to - this.#scrolled(), behavior: 'instant' });
  }

  #scrolled(): number {
    return this.#track ? -this.#track.getBoundingClientRect().top : 0;
  }
}
