import { expect, test } from 'vitest';
import { byKey, matches, SHORTCUTS, type Pressed, type Shortcut } from '../../src/model/keys';
import { de } from '../../src/strings/de';
import { en } from '../../src/strings/en';
import { Format } from '../../src/strings/format';

const KEY: Pressed = { key: 'a', ctrlKey: false, metaKey: false, altKey: false };

test('a key, with Ctrl or without', () => {
  const plain: Shortcut = { keys: ['a', 'b'] };
  const ctrl: Shortcut = { keys: ['a'], ctrl: true };
  expect(matches(KEY, plain)).toBe(true);
  expect(matches({ ...KEY, key: 'c' }, plain)).toBe(false);
  expect(matches({ ...KEY, ctrlKey: true }, plain)).toBe(false);
  expect(matches({ ...KEY, ctrlKey: true }, ctrl)).toBe(true);
  expect(matches({ ...KEY, metaKey: true }, ctrl)).toBe(true);
  expect(matches(KEY, ctrl)).toBe(false);
  expect(matches({ ...KEY, altKey: true }, plain)).toBe(false);
  expect(matches({ ...KEY, defaultPrevented: true }, plain)).toBe(false);
});

test('the help names every key, in every language', () => {
  for (const { keys } of [en(new Format('en')), de(new Format('de'))]) {
    expect(Object.keys(keys.areas)).toEqual(Object.keys(SHORTCUTS));
    for (const [area, shortcuts] of Object.entries(SHORTCUTS)) {
      const names: Readonly<Record<string, string>> = keys[area as keyof typeof SHORTCUTS];
      expect(Object.keys(names)).toEqual(Object.keys(shortcuts));
    }
  }
});

test('no key means two things in one place', () => {
  for (const shortcuts of Object.values(SHORTCUTS)) {
    const all = Object.values<Shortcut>(shortcuts).flatMap(({ keys, ctrl }) =>
      keys.map((key) => `${ctrl ? 'Ctrl ' : ''}${key}`),
    );
    expect(new Set(all).size).toBe(all.length);
  }
});

test('what each key does', () => {
  const acts = byKey<'seek' | 'play' | 'zoom', string>(
    { seek: { keys: ['j', 'l'] }, play: { keys: [' ', 'k'] }, zoom: { keys: ['+', '-'] } },
    { seek: ['back', 'on'], play: 'play', zoom: ['nearer', 'farther'] },
  );
  expect(Object.fromEntries(acts)).toEqual({
    j: 'back',
    l: 'on',
    ' ': 'play',
    k: 'play',
    '+': 'nearer',
    '=': 'nearer',
    '-': 'farther',
  });
});
