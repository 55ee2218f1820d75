/**
 * Selecting tiles with a mouse or fingers.
 *
 * Tiles are grid cells with a link that has `data-position`; what has `data-mark` in them is the
 * mark that selects. A mouse drags over tiles; a finger has to rest on one first, since dragging
 * scrolls. While something is selected a click selects, and does not open.
 */

import { selection } from '../state/selection.svelte';

/** A finger that rests. */
const REST_MS = 400;
/** A hand is never quite still. */
const SLIP_PX = 10;
/** Near the edge of the window the tiles move below the pointer. */
const EDGE_PX = 72;
const FASTEST_PX = 24;

interface Drag {
  readonly pointer: number;
  readonly position: number;
  readonly x: number;
  readonly y: number;
  /** Whether a finger has to rest first. */
  readonly touch: boolean;
  sweeping: boolean;
}

/** An attachment for what holds the tiles: `{@attach selecting}`. */
export function selecting(grid: HTMLElement): () => void {
  let drag: Drag | null = null;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  let at = { x: 0, y: 0 };
  /** The click that ends a drag opens nothing. */
  let swallow = false;

  function down(event: PointerEvent): void {
    swallow = false;
    // Two fingers select nothing.
    if (drag?.touch && !drag.sweeping) end(false);
    if (!event.isPrimary) return;
    const position = positionOf(event.target);
    if (position === null || event.button !== 0 || drag) return;
    const touch = event.pointerType === 'touch';
    at = { x: event.clientX, y: event.clientY };
    drag = { pointer: event.pointerId, position, ...at, touch, sweeping: false };
    if (touch) resting = setTimeout(begin, REST_MS);
  }

  function begin(): void {
    if (!drag) return;
    drag.sweeping = true;
    swallow = true;
    selection.sweepFrom(drag.position);
    if (drag.touch) navigator.vibrate?.(10);
    frame = requestAnimationFrame(scroll);
  }

  function move(event: PointerEvent): void {
    if (event.pointerId !== drag?.pointer) return;
    at = { x: event.clientX, y: event.clientY };
    if (drag.sweeping) {
      reach();
    } else if (Math.hypot(at.x - drag.x, at.y - drag.y) > SLIP_PX) {
      if (drag.touch) end(false);
      else begin();
    }
  }

  /** The tile under the pointer is the end of the range; between tiles it stays where it was. */
  function reach(): void {
    const position = positionOf(document.elementFromPoint(at.x, at.y));
    if (position !== null) selection.sweepTo(position);
  }

  function scroll(): void {
    if (!drag?.sweeping) return;
    const over = Math.min(at.y - EDGE_PX, 0) || Math.max(at.y - innerHeight + EDGE_PX, 0);
    if (over) {
      window.scrollBy(0, Math.round((over / EDGE_PX) * FASTEST_PX));
      reach();
    }
    frame = requestAnimationFrame(scroll);
  }

  function end(keep: boolean): void {
    clearTimeout(resting);
    cancelAnimationFrame(frame);
    if (drag?.sweeping) selection.sweepEnd(keep);
    drag = null;
  }

  function up(event: PointerEvent): void {
    if (event.pointerId === drag?.pointer) end(true);
  }

  function cancel(event: PointerEvent): void {
    if (event.pointerId === drag?.pointer) end(drag.sweeping);
  }

  function click(event: MouseEvent): void {
    const position = positionOf(event.target);
    if (position === null || event.button !== 0) return;
    if (swallow) {
      swallow = false;
      stop(event);
      return;
    }
    const marked = event.target instanceof Element && event.target.closest('[data-mark]');
    if (!marked && (!selection.active || event.ctrlKey || event.metaKey)) return;
    stop(event);
    selection.pressAt(position, event.shiftKey);
  }

  /** A finger that selects scrolls nothing, and opens no menu of links. */
  function touchMove(event: TouchEvent): void {
    if (drag?.sweeping && event.cancelable) event.preventDefault();
  }

  function menu(event: Event): void {
    if (drag?.touch) event.preventDefault();
  }

  function dragStart(event: Event): void {
    event.preventDefault();
  }

  grid.addEventListener('pointerdown', down);
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', up);
  window.addEventListener('pointercancel', cancel);
  grid.addEventListener('click', click, { capture: true });
  grid.addEventListener('touchmove', touchMove, { passive: false });
  grid.addEventListener('contextmenu', menu);
  grid.addEventListener('dragstart', dragStart);
  return () => {
    end(false);
    grid.removeEventListener('pointerdown', down);
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', up);
    window.removeEventListener('pointercancel', cancel);
    grid.removeEventListener('click', click, { capture: true });
    grid.removeEventListener('touchmove', touchMove);
    grid.removeEventListener('contextmenu', menu);
    grid.removeEventListener('dragstart', dragStart);
  };
}

function positionOf(target: EventTarget | null): number | null {
  const cell = target instanceof Element ? target.closest('[role="gridcell"]') : null;
  const position = cell?.querySelector('[data-position]')?.getAttribute('data-position');
  return position == null ? null : Number(position);
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
