/**
 * What fingers mean: a swipe, a pinch, a drag, a tap, a hold. Pure but for the time of a hold: it is
 * told of pointers, and tells what they do.
 */

import type { Point } from './zoom';

/** Told while it happens. Points and distances in CSS pixels of the page. */
export interface Moves {
  /** One pointer is dragged. @param by since the last time. @param total since it came down. */
  drag(by: Point, total: Point, kind: string): void;
  /** Two fingers. @param from where their middle was. @param factor by which they went apart. */
  pinch(from: Point, to: Point, factor: number): void;
  /** All have let go after a drag or pinch. @param speed px/ms at the end. */
  release(total: Point, speed: Point, kind: string): void;
  tap(at: Point, kind: string): void;
  twice(at: Point, kind: string): void;
  /** Held still for a while; `release` does not follow it, `let go` does. */
  hold(): void;
  letGo(): void;
}

interface Finger extends Point {
  readonly id: number;
}

/** A hand is never quite still. */
const STILL_PX = 8;
const HOLD_MS = 350;
const TWICE_MS = 300;
const TWICE_PX = 40;
/** How long a speed is remembered: who stops before he lets go did not swipe. */
const SPEED_MS = 80;

export class Gestures {
  readonly #moves: Moves;
  readonly #down = new Map<number, Finger>();
  #began: Point = { x: 0, y: 0 };
  #total: Point = { x: 0, y: 0 };
  #track: { readonly at: number; readonly total: Point }[] = [];
  #kind = 'mouse';
  #state: 'none' | 'still' | 'moving' | 'holding' = 'none';
  #holdTimer: ReturnType<typeof setTimeout> | undefined;
  #tap: { readonly at: number; readonly point: Point } | undefined;

  constructor(moves: Moves) {
    this.#moves = moves;
  }

  /** Whether a pointer is down. */
  has(id: number): boolean {
    return this.#down.has(id);
  }

  /** @param kind `mouse`, `touch` or `pen`. */
  down(id: number, point: Point, kind: string): void {
    this.#down.set(id, { id, x: point.x, y: point.y });
    if (this.#down.size === 1) {
      this.#began = { x: point.x, y: point.y };
      this.#total = { x: 0, y: 0 };
      this.#track = [];
      this.#kind = kind;
      this.#state = 'still';
      this.#holdTimer = setTimeout(() => this.#hold(), HOLD_MS);
    } else {
      this.#stopHold();
      this.#tap = undefined;
      this.#state = 'moving';
    }
  }

  /** @param at the time in milliseconds. */
  move(id: number, point: Point, at: number): void {
    const before = this.#down.get(id);
    if (!before || this.#state === 'none' || this.#state === 'holding') return;
    const [one, other] = [...this.#down.values()];
    this.#down.set(id, { id, x: point.x, y: point.y });
    if (one && other) {
      const [first, second] = [...this.#down.values()] as [Finger, Finger];
      if (id !== one.id && id !== other.id) return; // a third finger
      const apart = Math.max(1, distance(one, other));
      this.#moves.pinch(middle(one, other), middle(first, second), distance(first, second) / apart);
      return;
    }
    const total = minus(point, this.#began);
    if (this.#state === 'still') {
      if (distance(total) < STILL_PX) return;
      clearTimeout(this.#holdTimer);
      this.#state = 'moving';
    }
    this.#track.push({ at, total });
    this.#track = this.#track.filter((one) => at - one.at <= SPEED_MS);
    const by = minus(total, this.#total);
    this.#total = total;
    this.#moves.drag(by, total, this.#kind);
  }

  up(id: number, point: Point, at: number): void {
    if (!this.#down.delete(id)) return;
    if (this.#down.size === 1) {
      // One finger goes on: it drags, from here.
      const [left] = this.#down.values();
      this.#began = minus(left as Finger, this.#total);
      this.#track = [];
      return;
    }
    if (this.#down.size) return;
    const state = this.#state;
    this.#stopHold();
    this.#state = 'none';
    if (state === 'still') this.#tapped(point, at);
    if (state === 'moving') this.#moves.release(this.#total, this.#speed(at), this.#kind);
  }

  /** The browser has taken the pointer for something else. */
  cancel(id: number): void {
    if (!this.#down.delete(id) || this.#down.size) return;
    const moving = this.#state === 'moving';
    this.#stopHold();
    this.#state = 'none';
    if (moving) this.#moves.release({ x: 0, y: 0 }, { x: 0, y: 0 }, this.#kind);
  }

  #hold(): void {
    this.#state = 'holding';
    this.#tap = undefined;
    this.#moves.hold();
  }

  #stopHold(): void {
    clearTimeout(this.#holdTimer);
    if (this.#state === 'holding') this.#moves.letGo();
  }

  #tapped(point: Point, at: number): void {
    const last = this.#tap;
    if (last && at - last.at < TWICE_MS && distance(last.point, point) < TWICE_PX) {
      this.#tap = undefined;
      this.#moves.twice(point, this.#kind);
    } else {
      this.#tap = { at, point };
      this.#moves.tap(point, this.#kind);
    }
  }

  #speed(at: number): Point {
    const first = this.#track.find((one) => at - one.at <= SPEED_MS);
    const last = this.#track.at(-1);
    if (!first || !last || last.at <= first.at) return { x: 0, y: 0 };
    const over = last.at - first.at;
    const way = minus(last.total, first.total);
    return { x: way.x / over, y: way.y / over };
  }
}

function middle(one: Point, other: Point): Point {
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

function minus(one: Point, other: Point): Point {
  return { x: one.x - other.x, y: one.y - other.y };
}

function distance(one: Point, other: Point = { x: 0, y: 0 }): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
