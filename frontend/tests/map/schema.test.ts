import { expect, test } from 'vitest';
import { kindOf, nameOf, textOf } from '../../src/map/tiles/schema';
import { strokeOf } from '../../src/map/tiles/style';
import { LINES } from '../../src/map/tiles/schema';

test.each([
  // Protomaps, version 4 and version 3
  ['roads', { kind: 'major_road' }, false, 'major'],
  ['roads', { kind: 'minor_road', kind_detail: 'service' }, false, 'service'],
  ['roads', { 'pmap:kind': 'highway', kind: 'motorway' }, false, 'highway'],
  ['roads', { kind: 'ferry' }, false, null],
  ['landuse', { kind: 'park' }, true, 'green'],
  ['landcover', { kind: 'forest' }, true, 'wood'],
  ['water', { kind: 'ocean' }, true, 'water'],
  ['water', { kind: 'stream' }, false, 'stream'],
  ['boundaries', { kind: 'country' }, false, 'border'],
  ['boundaries', { kind: 'county' }, false, null],
  ['buildings', {}, true, 'building'],
  // OpenMapTiles
  ['transportation', { class: 'primary' }, false, 'major'],
  ['transportation', { class: 'rail' }, false, 'rail'],
  ['landcover', { class: 'wood' }, true, 'wood'],
  ['waterway', { class: 'river' }, false, 'river'],
  ['boundary', { admin_level: 4 }, false, 'region'],
  ['boundary', { admin_level: 2, maritime: 1 }, false, null],
  // neither
  ['landuse', { kind: 'constructor' }, true, null],
  ['secrets', { kind: 'park' }, true, null],
] as const)('%s %j', (layer, words, isArea, kind) => {
  expect(kindOf(layer, words, isArea)).toBe(kind);
});

test('larger towns come first, in either schema', () => {
  const rank = (layer: string, words: Record<string, string | number>): number =>
    nameOf(layer, words)?.rank ?? NaN;
  const city = { kind: 'locality', kind_detail: 'city' };
  expect(rank('places', { ...city, population_rank: 13 })).toBeLessThan(
    rank('places', { ...city, population_rank: 9 }),
  );
  expect(rank('place', { class: 'city', rank: 2 })).toBeLessThan(
    rank('place', { class: 'town', rank: 1 }),
  );
});

test('a name is a short text', () => {
  expect(textOf({ name: 'Rome', 'name:it': 'Roma' }, 'it')).toBe('Roma');
  expect(textOf({ name: 'Rome' }, 'it')).toBe('Rome');
  expect(textOf({ name: 7 }, 'it')).toBe('');
  expect(textOf({ name: 'x'.repeat(1_000) }, 'it')).toBe('');
});

test('ways grow steadily as the map comes nearer', () => {
  for (const way of LINES) {
    let before = 0;
    for (let zoom = 0; zoom <= 18; zoom += 0.25) {
      const width = strokeOf(way, zoom)?.width ?? 0;
      expect(width).toBeGreaterThanOrEqual(before);
      before = width;
    }
    expect(before).toBeGreaterThan(0);
  }
});
