/** Mouse, pen and fingers on the map: one drags, two pinch. */

interface Said {
  moved(rightPx: number, downPx: number): void;
  /** Nearer by so many steps of zoom, around a point of the page. */
  pinched(steps: number, x: number, y: number): void;
}

type Point = readonly [x: number, y: number];

/** A finger that is set down is never wholly still. */
const STILL_PX = 5;

export class Pointers {
  readonly #said: Said;
  readonly #down = new Map<number, Point>();
  #start: Point = [0, 0];
  #dragging = false;

  constructor(said: Said) {
    this.#said = said;
  }

  down(event: PointerEvent): void {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    this.#down.set(event.pointerId, [event.clientX, event.clientY]);
    if (this.#down.size > 1) return;
    this.#start = [event.clientX, event.clientY];
    this.#dragging = false;
  }

  move(event: PointerEvent): void {
    const last = this.#down.get(event.pointerId);
    if (!last) return;
    const now: Point = [event.clientX, event.clientY];
    if (!this.#dragging) {
      const far = Math.hypot(now[0] - this.#start[0], now[1] - this.#start[1]) > STILL_PX;
      if (!far && this.#down.size === 1) return;
      this.#dragging = true;
      // Not before: a click belongs to what was under the pointer, not to who has caught it.
      for (const id of this.#down.keys()) {
        if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(id);
      }
    }
    const others = [...this.#down].filter(([id]) => id !== event.pointerId);
    this.#down.set(event.pointerId, now);
    const [other] = others;
    if (!other) {
      this.#said.moved(now[0] - last[0], now[1] - last[1]);
      return;
    }
    const [, fixed] = other;
    const middle: Point = [(now[0] + fixed[0]) / 2, (now[1] + fixed[1]) / 2];
    this.#said.moved((now[0] - last[0]) / 2, (now[1] - last[1]) / 2);
    const share = apart(now, fixed) / Math.max(apart(last, fixed), 1);
    this.#said.pinched(Math.log2(Math.max(share, 0.1)), ...middle);
  }

  up(event: PointerEvent): void {
    this.#down.delete(event.pointerId);
  }

  /** The click at the end of a drag is none. */
  click(event: MouseEvent): void {
    if (!this.#dragging || event.detail === 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.#dragging = false;
  }
}

/** By how many steps of zoom a turn of the wheel moves. */
export function stepsOf({ deltaMode, deltaY, ctrlKey }: WheelEvent): number {
  const lines = deltaMode === 1 ? 33 : 1; // WheelEvent.DOM_DELTA_LINE
  // A pinch on a touchpad comes as a wheel with Ctrl, in smaller steps.
  const perStep = ctrlKey ? 60 : 300;
  return Math.max(-1, Math.min(1, (-deltaY * lines) / perStep));
}

function apart(one: Point, other: Point): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}
