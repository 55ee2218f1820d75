/** What a drag over a whole picture comes to. Pure. */

import type { Point, Size } from './zoom';

export type Outcome = 'previous' | 'next' | 'close' | 'details' | 'nothing';
export type Axis = 'x' | 'y';

/** px/ms: a flick, however short. */
const FLICK = 0.4;
/** Of the stage's width or height. */
const FAR = { x: 0.3, y: 0.18 };

/** Which way it goes, decided at its beginning. */
export function axisOf(total: Point): Axis {
  return Math.abs(total.x) >= Math.abs(total.y) ? 'x' : 'y';
}

export function outcome(axis: Axis, total: Point, speed: Point, stage: Size): Outcome {
  const [way, flick] = axis === 'x' ? [total.x, speed.x] : [total.y, speed.y];
  const far = Math.abs(way) > FAR[axis] * (axis === 'x' ? stage.width : stage.height);
  const flicked = Math.abs(flick) > FLICK && Math.sign(flick) === Math.sign(way);
  // Pulled back at the end: thought better of it.
  const regretted = Math.abs(flick) > FLICK && Math.sign(flick) !== Math.sign(way);
  if (regretted || !(far || flicked)) return 'nothing';
  if (axis === 'x') return way > 0 ? 'previous' : 'next';
  return way > 0 ? 'close' : 'details';
}

/** How far the picture follows, where there is nothing to come on that side. */
export function held(way: number): number {
  return Math.sign(way) * Math.abs(way) ** 0.75;
}
