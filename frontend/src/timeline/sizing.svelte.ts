/** How tall rows are, in every grid of this browser, and what changes it. */

import { Pinch, sizeOf, SIZES, stepped, Wheel, type Size } from '../model/size';
import type { Point } from './hold';

const KEY = 'size';

class Sizing {
  #size = $state<Size>(kept());
  #around: Point | null = null;

  get size(): Size {
    return this.#size;
  }

  /** Where the picture is that is to stay where it is; null for one that the grid chooses. */
  get around(): Point | null {
    return this.#around;
  }

  /** From 0 for small. */
  get number(): number {
    return SIZES.indexOf(this.#size);
  }

  step(by: number, around: Point | null = null): void {
    this.choose(stepped(this.#size, by), around);
  }

  choose(size: Size, around: Point | null = null): void {
    if (size === this.#size) return;
    this.#around = around;
    this.#size = size;
    try {
      localStorage.setItem(KEY, size);
    } catch {
      // A browser may refuse to keep anything; then it is as usual the next time.
    }
  }
}

function kept(): Size {
  try {
    return sizeOf(localStorage.getItem(KEY));
  } catch {
    return sizeOf(null);
  }
}

export const sizing = new Sizing();

/** A Svelte attachment: two fingers, or a wheel with Ctrl, change the size of what is below them. */
export function resizable(grid: HTMLElement): () => void {
  let pinch: Pinch | null = null;
  let around: Point = { x: 0, y: 0 };
  const wheel = new Wheel();

  function turn(event: WheelEvent): void {
    if (!event.ctrlKey) return;
    // Not the whole page as well.
    event.preventDefault();
    sizing.step(wheel.turn(event), { x: event.clientX, y: event.clientY });
  }

  function touch(event: TouchEvent): void {
    const [one, other] = event.touches;
    if (event.touches.length !== 2 || !one || !other) {
      pinch = null;
      return;
    }
    const apart = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (event.type !== 'touchmove' || !pinch) {
      pinch = new Pinch(Math.max(apart, 1));
      // Where it began: what was taken there stays there, wherever the fingers go.
      around = { x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2 };
      return;
    }
    // Two fingers do not scroll.
    if (event.cancelable) event.preventDefault();
    sizing.step(pinch.move(Math.max(apart, 1)), around);
  }

  const NAMES = ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const;
  grid.addEventListener('wheel', turn, { passive: false });
  for (const name of NAMES) grid.addEventListener(name, touch, { passive: name !== 'touchmove' });
  return () => {
    grid.removeEventListener('wheel', turn);
    for (const name of NAMES) grid.removeEventListener(name, touch);
  };
}
