import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const CSS = readFileSync(new URL('../src/tokens.css', import.meta.url), 'utf8');
const DARK = CSS.indexOf('prefers-color-scheme: dark');

/** Pairs that stand on each other, and the contrast that WCAG 2.2 AA asks of them (1.4.3, 1.4.11). */
const PAIRS: readonly [string, string, number][] = [
  ['ink', 'paper', 4.5],
  ['ink', 'raised', 4.5],
  ['ink', 'pressed', 4.5],
  ['faint', 'paper', 4.5],
  ['faint', 'raised', 4.5],
  ['accent', 'paper', 4.5],
  ['accent', 'raised', 4.5],
  ['accent', 'accent-soft', 4.5],
  ['on-accent', 'accent', 4.5],
  ['alarm', 'paper', 4.5],
  ['alarm', 'alarm-soft', 4.5],
  ['edge', 'paper', 3],
  ['good', 'paper', 4.5],
  ['good', 'good-soft', 4.5],
  ['map-name', 'map-land', 4.5],
  ['map-name', 'map-water', 4.5],
  ['map-name', 'map-urban', 4.5],
  ['map-name', 'map-green', 4.5],
  ['map-name', 'map-wood', 4.5],
  ['map-name', 'map-sand', 4.5],
  ['map-name', 'map-ice', 4.5],
  ['map-name', 'map-building', 4.5],
  ['map-name', 'map-road', 4.5],
  ['map-name', 'map-highway', 4.5],
];

function colours(css: string): Map<string, string> {
  const found = [...css.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6})/g)];
  return new Map(found.map(([, name = '', colour = '']) => [name, colour]));
}

/** Relative luminance of WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const light = colours(CSS.slice(0, DARK));
const dark = colours(CSS.slice(DARK));

test('dark names each colour that light names', () => {
  expect([...dark.keys()]).toEqual([...light.keys()]);
});

test.each(PAIRS.flatMap((pair) => [['light', ...pair] as const, ['dark', ...pair] as const]))(
  '%s: %s on %s',
  (mode, over, under, least) => {
    const scheme = mode === 'light' ? light : dark;
    const [one = 0, other = 0] = [over, under]
      .map((name) => luminance(scheme.get(name) ?? ''))
      .sort((first, second) => second - first);
    expect((one + 0.05) / (other + 0.05)).toBeGreaterThanOrEqual(least);
  },
);
