import { describe, expect, test } from 'vitest';
import type { ClusterOf } from '../../src/api/types';
import {
  around,
  asked,
  boxesQuery,
  boxQuery,
  countIn,
  hull,
  markersOf,
} from '../../src/map/clusters';
import { boundsOf, project, worldPx, type Window } from '../../src/model/mercator';

let numbered = 0;

function cluster(latitude: number, longitude: number, pictures = 1, cell = 5): ClusterOf {
  const west = Math.floor(longitude / cell) * cell;
  const south = Math.floor(latitude / cell) * cell;
  return {
    pictures,
    latitude,
    longitude,
    west,
    south,
    east: west + cell,
    north: south + cell,
    newest: String(numbered++).padStart(64, '0'),
    picture: 'ready',
    item: null,
  };
}

const WINDOW: Window = { ...project(48, 16), zoom: 6.4, width: 1000, height: 700 };

describe('markers', () => {
  test('do not lie on each other, and lose no picture', () => {
    const clusters = Array.from({ length: 300 }, (_, at) =>
      cluster(((at * 37) % 120) - 60, ((at * 91) % 340) - 170, (at % 7) + 1),
    );
    const markers = markersOf(clusters, 3);
    const all = clusters.reduce((sum, one) => sum + one.pictures, 0);
    expect(markers.reduce((sum, one) => sum + one.count, 0)).toBe(all);
    expect(markers.flatMap((one) => one.areas)).toHaveLength(300);
    for (const [at, one] of markers.entries()) {
      for (const other of markers.slice(at + 1)) {
        const right = Math.abs(one.x - other.x);
        const apart = Math.hypot(Math.min(right, 1 - right), one.y - other.y) * worldPx(3);
        expect(apart).toBeGreaterThanOrEqual(54);
      }
    }
  });

  test('are the same in whatever order they come', () => {
    const clusters = [cluster(48, 16, 9), cluster(48.1, 16.2, 2), cluster(40, -70, 3)];
    expect(markersOf([...clusters].reverse(), 5)).toEqual(markersOf(clusters, 5));
  });

  test('join over the 180th meridian', () => {
    const [one, ...more] = markersOf([cluster(-17, 179.9, 5), cluster(-17, -179.9, 2)], 3);
    expect(more).toEqual([]);
    expect(one?.count).toBe(7);
    expect(one?.areas.reduce(around)).toEqual({ west: 175, south: -20, east: -175, north: -15 });
  });

  test('are counted where they lie', () => {
    const markers = markersOf([cluster(48, 16, 5), cluster(-30, 16, 2), cluster(48, -170, 1)], 6);
    expect(countIn(markers, WINDOW)).toBe(5);
    const pacific = { ...WINDOW, ...project(48, 180), zoom: 3 };
    expect(countIn(markers, pacific)).toBe(1);
  });
});

describe('what is asked for', () => {
  test('does not change with a small move, and holds what is shown', () => {
    const first = asked(WINDOW);
    expect(asked({ ...WINDOW, x: WINDOW.x + 1e-7 }).key).toBe(first.key);
    expect(asked({ ...WINDOW, zoom: 7 }).key).not.toBe(first.key);
    const shown = boundsOf(WINDOW);
    expect(first.level).toBe(6);
    expect(first.bounds.west).toBeLessThan(shown.west);
    expect(first.bounds.north).toBeGreaterThan(shown.north);
    expect(first.bounds.east).toBeGreaterThan(shown.east);
  });

  test('is the world, not twice', () => {
    const { bounds } = asked({ x: 0.5, y: 0.5, zoom: 1, width: 2000, height: 512 });
    expect(bounds).toEqual({ west: -180, south: -90, east: 180, north: 90 });
  });
});

describe('the area of all', () => {
  test('leaves out the widest gap', () => {
    expect(hull([])).toBeNull();
    expect(hull([cluster(1, 1), cluster(11, 22)])).toEqual({
      west: 0,
      south: 0,
      east: 25,
      north: 15,
    });
    expect(hull([cluster(1, 171), cluster(1, -171)])).toMatchObject({ west: 170, east: -170 });
  });
});

test('a search for an area', () => {
  expect(boxQuery({ west: 1.23456789, south: -0.0000001, east: 3, north: 4 })).toBe(
    'box:1.234568,0,3,4',
  );
  expect(boxQuery({ west: -180, south: -90, east: 180, north: 90 })).toBe('has:gps');
  const areas = [
    { west: 1, south: 2, east: 3, north: 4 },
    { west: 5, south: 6, east: 7, north: 8 },
  ];
  expect(boxesQuery(areas)).toBe('box:1,2,3,4 OR box:5,6,7,8');
});
