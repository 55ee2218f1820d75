import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { outlining, type Outlines, type Topology } from '../../src/model/topology';

function outlinesOf(file: Topology): Outlines {
  const work = outlining(file);
  for (;;) {
    const found = work.next();
    if (found.done) return found.value;
  }
}

/** Two squares side by side, with 10 degrees an edge, that share the line at 10° east. */
const SQUARES: Topology = {
  transform: { scale: [10, 10], translate: [0, 0] },
  arcs: [
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 1],
      [-1, 0],
      [0, -1],
      [1, 0],
    ],
    [
      [1, 0],
      [1, 0],
      [0, 1],
      [-1, 0],
    ],
  ],
  objects: {
    countries: {
      geometries: [
        { type: 'Polygon', id: '001', properties: { name: 'West' }, arcs: [[0, 1]] },
        { type: 'MultiPolygon', id: '002', properties: { name: 'East' }, arcs: [[[2, ~0]]] },
        { type: 'Polygon' },
      ],
    },
  },
};

test('shared lines are borders, others coasts', () => {
  const { borders, coasts } = outlinesOf(SQUARES);
  expect(borders.map(({ points }) => points.length)).toEqual([4]);
  expect(coasts.map(({ points }) => points.length)).toEqual([8, 8]);
});

test('rings are closed, and arcs run the other way where they should', () => {
  const { land } = outlinesOf(SQUARES);
  for (const [ring] of land) {
    const points = ring?.points ?? new Float64Array();
    expect(points).toHaveLength(10);
    expect([...points.slice(0, 2)]).toEqual([...points.slice(-2)]);
  }
});

test('names stand inside', () => {
  const { labels } = outlinesOf(SQUARES);
  expect(labels.map(({ name, x }) => [name, Math.round(x * 360 - 180)])).toEqual([
    ['West', 5],
    ['East', 15],
  ]);
});

test.each(['110m', '50m'])('the world at %s', (scale) => {
  const path = new URL(`../../node_modules/world-atlas/countries-${scale}.json`, import.meta.url);
  const { land, coasts, borders, labels } = outlinesOf(
    JSON.parse(readFileSync(path, 'utf8')) as Topology,
  );
  expect(land.length).toBeGreaterThan(200);
  expect(labels[0]?.name).toMatch(/Russia|Antarctica/);
  // No line across the whole map, where a country goes on at its other edge.
  for (const { points } of [...coasts, ...borders]) {
    for (let at = 2; at < points.length; at += 2) {
      expect(Math.abs((points[at] ?? 0) - (points[at - 2] ?? 0))).toBeLessThan(0.2);
    }
  }
  for (const { points } of land.flat()) {
    expect(points.every((value) => Number.isFinite(value))).toBe(true);
  }
});

test('it is worked out in small steps', () => {
  const path = new URL('../../node_modules/world-atlas/countries-50m.json', import.meta.url);
  const file = JSON.parse(readFileSync(path, 'utf8')) as Topology;
  // As many as there are lines: none of them is the work of all.
  const work = outlining(file);
  let steps = 0;
  while (!work.next().done) steps++;
  expect(steps).toBeGreaterThan(2 * file.arcs.length);
});
