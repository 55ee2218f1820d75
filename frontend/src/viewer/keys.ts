/** What a key means here. Pure: what was pressed and what is shown in, the name of an act out. */

import { byKey, SHORTCUTS } from '../model/keys';
import type { Point } from './zoom';

export type FilmAct = 'play' | 'rewind' | 'forward' | 'mute';
export type Act =
  | 'previous'
  | 'next'
  | 'nearer'
  | 'farther'
  | 'whole'
  | 'info'
  | 'full'
  | 'slideshow'
  | 'download'
  | 'live'
  | 'close';

/** Either of them, or a movement of what is enlarged, in CSS pixels. */
export type Meaning = Act | FilmAct | Point;

export interface Shown {
  readonly enlarged: boolean;
  /** Whether a film plays that can be told to stop. */
  readonly film: boolean;
  /** What has the focus, as far as it has keys of its own. */
  readonly focus: 'button' | 'video' | 'other';
}

const PAN_PX = 80;

const KEYS = byKey<keyof typeof SHORTCUTS.viewer, Act>(SHORTCUTS.viewer, {
  next: ['previous', 'next'],
  zoom: ['nearer', 'farther'],
  whole: 'whole',
  info: 'info',
  full: 'full',
  slideshow: 'slideshow',
  download: 'download',
  live: 'live',
  close: 'close',
});
const FILM_KEYS = byKey<keyof typeof SHORTCUTS.film, FilmAct>(SHORTCUTS.film, {
  play: 'play',
  seek: ['rewind', 'forward'],
  mute: 'mute',
});
const FILM_ACTS: ReadonlySet<string> = new Set(FILM_KEYS.values());
/** What lies on that side comes into sight. */
const PANS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: PAN_PX, y: 0 },
  ArrowRight: { x: -PAN_PX, y: 0 },
  ArrowUp: { x: 0, y: PAN_PX },
  ArrowDown: { x: 0, y: -PAN_PX },
};

export function meaningOf(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  { enlarged, film, focus }: Shown,
): Meaning | undefined {
  const pan = PANS[key];
  if (enlarged && pan && (shiftKey || pan.y)) return pan;
  const own = film ? FILM_KEYS.get(key) : undefined;
  // Space presses a button that has the focus; a film itself knows it.
  if (own) return key === ' ' && focus !== 'other' ? undefined : own;
  // A film that has the focus goes back and forth with the arrows.
  if (pan && focus === 'video') return undefined;
  return KEYS.get(key);
}

export function isOfFilm(act: Act | FilmAct): act is FilmAct {
  return FILM_ACTS.has(act);
}

/** What has the focus, as far as it has keys of its own. */
export function focusOf(target: EventTarget | null): Shown['focus'] {
  if (!(target instanceof Element)) return 'other';
  if (target.closest('video')) return 'video';
  return target.closest('button, a') ? 'button' : 'other';
}

/** Whether it is the button of the slideshow itself, which is not to be started again by it. */
export function pauses(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-pauses]') !== null;
}
