/** How the picture lies under the hand: enlarged, dragged, on its way back. */

import { axisOf, held, outcome, type Axis, type Outcome } from './swipe';
import {
  actual,
  around,
  bounded,
  frame,
  moved,
  pinned,
  tapped,
  WHOLE,
  type Point,
  type Size,
  type Zoom,
} from './zoom';

const MIDDLE: Point = { x: 0, y: 0 };
const STEP = 1.5;
/** How small a picture becomes that is pulled down, how slowly, and when nothing is dark behind it. */
const LEAST = 0.6;
const SHRINKING_PX = 1_200;
const CLEAR_PX = 500;

/** Whether there is something on either side. */
export interface Ends {
  readonly previous: boolean;
  readonly next: boolean;
}

export class Hand {
  /** Of the stage, in CSS pixels. */
  width = $state(innerWidth);
  height = $state(innerHeight);
  #zoom = $state.raw<Zoom>(WHOLE);
  #drag = $state.raw<Point>(MIDDLE);
  #settling = $state(false);
  #axis: Axis | null = null;
  readonly #natural: () => Size | null;
  readonly stage = $derived<Size>({ width: this.width, height: this.height });
  readonly limits = $derived.by(() => {
    const natural = this.#natural();
    return natural && frame(natural, this.stage, devicePixelRatio);
  });

  /** @param natural of the picture in its pixels; null of what cannot be enlarged. */
  constructor(natural: () => Size | null) {
    this.#natural = natural;
  }

  get zoom(): Zoom {
    return this.#zoom;
  }

  /** Whether less than the whole is seen. */
  get enlarged(): boolean {
    return this.#zoom.scale > 1;
  }

  /** How dark it is behind it, from 1 to 0 the further down it has been pulled. */
  get dark(): number {
    return Math.max(0, 1 - Math.max(0, this.#drag.y) / CLEAR_PX);
  }

  /** Whether it moves by itself to where it belongs. */
  get settling(): boolean {
    return this.#settling;
  }

  whole(): void {
    this.#zoom = WHOLE;
  }

  /** Of the next movement nothing is to be seen. */
  jump(): void {
    this.#settling = false;
  }

  /** A smaller stage may have less to be moved in. */
  fit(): void {
    if (this.limits) this.#zoom = bounded(this.#zoom, this.limits);
  }

  enlarge(factor: number, at: Point = MIDDLE): void {
    if (!this.limits) return;
    this.#settling = false;
    this.#zoom = around(this.#zoom, this.limits, at, factor);
  }

  step(way: -1 | 1): void {
    this.enlarge(STEP ** way);
  }

  pan(by: Point): void {
    if (this.limits) this.#zoom = moved(this.#zoom, this.limits, by);
  }

  /** Dragged. @param total since it was taken hold of. A mouse only moves what is enlarged. */
  pull(by: Point, total: Point, kind: string, ends: Ends): void {
    if (this.enlarged && this.limits) {
      this.pan(by);
      return;
    }
    if (kind === 'mouse') return;
    this.#axis ??= axisOf(total);
    this.#settling = false;
    if (this.#axis === 'x') {
      const end = total.x > 0 ? !ends.previous : !ends.next;
      this.#drag = { x: end ? held(total.x) : total.x, y: 0 };
    } else this.#drag = { x: 0, y: total.y > 0 ? total.y : held(total.y) };
  }

  pinch(from: Point, to: Point, factor: number): void {
    if (!this.limits) return;
    this.#axis = null;
    this.#drag = MIDDLE;
    const scale = Math.min(Math.max(this.#zoom.scale * factor, 1), this.limits.most);
    this.#zoom = bounded(pinned(this.#zoom, from, to, scale), this.limits);
  }

  /** Let go of. @returns what that comes to. */
  release(total: Point, speed: Point): Outcome {
    const way = this.#axis ? outcome(this.#axis, total, speed, this.stage) : 'nothing';
    this.#axis = null;
    this.#settling = true;
    if (way !== 'close') this.#drag = MIDDLE;
    return way;
  }

  /** Two taps: all of it, or its pixels as they are. */
  tapped(at: Point): void {
    const natural = this.#natural();
    if (!this.limits || !natural) return;
    this.#settling = false;
    const sharp = actual(natural, this.limits.picture, devicePixelRatio);
    this.#zoom = tapped(this.#zoom, this.limits, at, sharp);
  }

  /** Where a slide lies. @param at 0 is looked at, -1 and 1 lie beside it. */
  transform(at: number): string | null {
    const follows = at === 0 || this.#axis === 'x' || this.#settling;
    const { x, y } = follows ? this.#drag : MIDDLE;
    if (at === 0 && !x && !y) return null;
    const scale = Math.max(LEAST, 1 - y / SHRINKING_PX);
    const less = at === 0 && y > 0 ? ` scale(${scale})` : '';
    return `translate3d(calc(${at} * (100% + 1rem) + ${x}px), ${at ? 0 : y}px, 0)${less}`;
  }
}
