/** A point of a picture that stays where it is while rows become taller or lower. */

import { boxesOf, rowAt, rowOf, type Layout } from '../model/layout';
import { anchorOf, positionOf, type Anchor, type Known } from './anchor';

/** A point of the window, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of what has the focus, if it is to be seen, else of the window. @param cover of its top. */
export function middle(focused: Element | null, cover: number): Point {
  const box = focused?.getBoundingClientRect();
  const y = box ? box.top + box.height / 2 : 0;
  if (box && y > cover && y < innerHeight) return { x: box.left + box.width / 2, y };
  return { x: innerWidth / 2, y: (cover + innerHeight) / 2 };
}

interface Held {
  readonly anchor: Anchor;
  readonly point: Point;
  /** How far down its picture the point is, from 0 to 1, and by how many pixels beyond it. */
  readonly share: number;
  readonly beyond: number;
}

/** A hand that turns a wheel is not quite still. */
const STILL_PX = 12;

export class Hold {
  #held: Held | null = null;
  /** Where the window was when it was taken, or came to stand for it. */
  #at = 0;

  /**
   * Take the picture at a point. What several steps lead through is what the first one took: as
   * long as nothing else has moved, the same.
   *
   * @param at where the window is in the whole. @param left of the grid in the window.
   */
  take(layout: Layout, known: Known, point: Point, at: number, left: number): void {
    if (!layout.rows || (this.#stands(at) && this.#isNear(point))) return;
    const row = rowAt(layout, Math.max(0, at + point.y));
    const { boxes } = boxesOf(layout, row);
    const box = boxes.findLast((one) => one.x <= point.x - left) ?? boxes[0];
    const anchor = anchorOf(layout, known, box?.position ?? 0, at);
    const down = point.y - anchor.below;
    const height = layout.heights[row] ?? 1;
    const inside = Math.min(Math.max(down, 0), height);
    this.#held = { anchor, point, share: inside / height, beyond: down - inside };
    this.#at = at;
  }

  /** Where the window has to be in another layout; null when somebody has gone elsewhere since. */
  placeIn(layout: Layout, known: Known, at: number): number | null {
    const held = this.#held;
    if (!held || !this.#stands(at)) return null;
    const row = rowOf(layout, positionOf(layout, known, held.anchor));
    const inside = held.share * (layout.heights[row] ?? 0);
    return Math.round((layout.tops[row] ?? 0) + inside + held.beyond - held.point.y);
  }

  /** The window has come to stand there. */
  stand(at: number): void {
    this.#at = at;
  }

  #stands(at: number): boolean {
    return Math.abs(this.#at - at) < 2;
  }

  #isNear({ x, y }: Point): boolean {
    const point = this.#held?.point;
    return point !== undefined && Math.hypot(x - point.x, y - point.y) < STILL_PX;
  }
}
