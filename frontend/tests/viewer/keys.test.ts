import { describe, expect, test } from 'vitest';
import { SHORTCUTS } from '../../src/model/keys';
import { isOfFilm, meaningOf, type Shown } from '../../src/viewer/keys';

const PHOTO: Shown = { enlarged: false, film: false, focus: 'other' };
const LARGE: Shown = { ...PHOTO, enlarged: true };
const FILM: Shown = { ...PHOTO, film: true };

const press = (key: string, shown: Shown, shiftKey = false): unknown =>
  meaningOf({ key, shiftKey }, shown);

test('every key of the help does something', () => {
  for (const { keys } of Object.values(SHORTCUTS.viewer)) {
    for (const key of keys) expect(press(key, PHOTO), key).toBeDefined();
  }
  for (const { keys } of Object.values(SHORTCUTS.film)) {
    for (const key of keys) expect(isOfFilm(press(key, FILM) as 'play'), key).toBe(true);
  }
});

test('others are left to the browser', () => {
  for (const key of ['x', 'Home', 'Tab', ' ', 'Enter', 'F5']) {
    expect(press(key, PHOTO)).toBeUndefined();
  }
});

describe('what is enlarged', () => {
  test('is moved up and down by arrows, and aside with shift', () => {
    expect(press('ArrowUp', LARGE)).toEqual({ x: 0, y: 80 });
    expect(press('ArrowDown', LARGE)).toEqual({ x: 0, y: -80 });
    expect(press('ArrowRight', LARGE, true)).toEqual({ x: -80, y: 0 });
    expect(press('ArrowRight', LARGE)).toBe('next');
  });

  test('only that', () => {
    expect(press('ArrowUp', PHOTO)).toBeUndefined();
    expect(press('ArrowRight', PHOTO, true)).toBe('next');
  });
});

describe('a film', () => {
  test('takes its keys from what a photo does with them', () => {
    expect(press('l', PHOTO)).toBe('live');
    expect(press('l', FILM)).toBe('forward');
    expect(press('k', PHOTO)).toBeUndefined();
  });

  test('leaves space to a button, and arrows and space to itself', () => {
    expect(press(' ', FILM)).toBe('play');
    expect(press(' ', { ...FILM, focus: 'button' })).toBeUndefined();
    expect(press(' ', { ...FILM, focus: 'video' })).toBeUndefined();
    expect(press('ArrowRight', { ...FILM, focus: 'video' })).toBeUndefined();
    expect(press('ArrowRight', { ...FILM, focus: 'button' })).toBe('next');
    expect(press('Escape', { ...FILM, focus: 'video' })).toBe('close');
  });
});
