/** What of the map is looked at, and how that moves. */

import { moved, project, settled, zoomed, type Window } from '../model/mercator';
import type { MapPlace } from '../state/route';

const START: Window = { x: 0.52, y: 0.4, zoom: 2, width: 0, height: 0 };
const GLIDE_MS = 260;

export class Camera {
  shown: Window = $state.raw(START);
  #gliding = 0;

  /** Whether it is known how large the window is. */
  get isReady(): boolean {
    return this.shown.width > 0;
  }

  resize(width: number, height: number): void {
    if (width && height) this.shown = settled({ ...this.shown, width, height });
  }

  /** At once. */
  step(next: Window): void {
    cancelAnimationFrame(this.#gliding);
    this.shown = next;
  }

  goTo({ latitude, longitude, zoom }: MapPlace): void {
    this.step(settled({ ...this.shown, ...project(latitude, longitude), zoom }));
  }

  /** There in a moment, so that the eye can follow. */
  glide(target: Window): void {
    cancelAnimationFrame(this.#gliding);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.shown = target;
      return;
    }
    const from = this.shown;
    const started = performance.now();
    const go = (now: number): void => {
      const part = Math.min(1, Math.max(0, (now - started) / GLIDE_MS));
      this.shown = between(from, target, 1 - (1 - part) ** 3, this.shown);
      if (part < 1) this.#gliding = requestAnimationFrame(go);
    };
    this.#gliding = requestAnimationFrame(go);
  }

  slide(rightPx: number, downPx: number): void {
    this.glide(moved(this.shown, rightPx, downPx));
  }

  /** Nearer by so many steps, around the middle or another point of the window. */
  nearer(steps: number, x = this.shown.width / 2, y = this.shown.height / 2): void {
    this.glide(zoomed(this.shown, steps, x, y));
  }

  stop(): void {
    cancelAnimationFrame(this.#gliding);
  }
}

/** Part of the way, along which one point of the map stays in its place. */
export function between(
  from: Window,
  target: Window,
  part: number,
  { width, height }: Pick<Window, 'width' | 'height'>,
): Window {
  const east = target.x - from.x;
  const right = east - Math.round(east);
  const zoom = from.zoom + (target.zoom - from.zoom) * part;
  const [begin, end] = [2 ** -from.zoom, 2 ** -target.zoom];
  const way = begin === end ? part : (begin - 2 ** -zoom) / (begin - end);
  const y = from.y + (target.y - from.y) * way;
  return settled({ x: from.x + right * way, y, zoom, width, height });
}
