import { describe, expect, test } from 'vitest';
import {
  boundsOf,
  FARTHEST_NORTH,
  latitudeOf,
  longitudeOf,
  moved,
  NEAREST,
  placed,
  project,
  scaleOf,
  settled,
  showing,
  worldPx,
  zoomed,
  type Window,
} from '../../src/model/mercator';

const START: Window = { x: 0.5, y: 0.5, zoom: 4, width: 800, height: 600 };

/** The same numbers each time. */
function* numbers(count: number): Generator<number> {
  let seed = 7;
  for (let at = 0; at < count; at++) {
    seed = (seed * 48_271) % 2_147_483_647;
    yield seed / 2_147_483_647;
  }
}

test('what is projected is found again', () => {
  for (const share of numbers(200)) {
    const latitude = (share - 0.5) * 170;
    const longitude = share * 360 - 180;
    const { x, y } = project(latitude, longitude);
    expect(latitudeOf(y)).toBeCloseTo(latitude, 9);
    expect(longitudeOf(x)).toBeCloseTo(longitude === 180 ? -180 : longitude, 9);
  }
});

test('known places', () => {
  expect(project(0, 0)).toEqual({ x: 0.5, y: 0.5 });
  expect(project(FARTHEST_NORTH, -180).y).toBeCloseTo(0, 9);
  expect(project(90, 0).y).toBeCloseTo(0, 9);
  expect(project(-90, 0).y).toBeCloseTo(1, 9);
  // The tile of zoom 10 that Vienna is in, as all maps of this projection number them.
  const vienna = project(48.2082, 16.3738);
  expect([Math.floor(vienna.x * 1024), Math.floor(vienna.y * 1024)]).toEqual([558, 355]);
});

describe('a window', () => {
  test('never shows what lies beyond the poles', () => {
    for (const share of numbers(100)) {
      const shown = settled({ ...START, y: share * 3 - 1, zoom: share * 25 - 2 });
      const half = shown.height / 2 / worldPx(shown.zoom);
      expect(shown.y - half).toBeGreaterThanOrEqual(-1e-9);
      expect(shown.y + half).toBeLessThanOrEqual(1 + 1e-9);
      expect(shown.zoom).toBeLessThanOrEqual(NEAREST);
    }
  });

  test('keeps the point under the pointer while it zooms', () => {
    for (const [x, y] of [
      [400, 300],
      [10, 590],
      [799, 1],
    ] as const) {
      const point = { x: START.x + (x - 400) / worldPx(4), y: START.y + (y - 300) / worldPx(4) };
      const after = zoomed(START, 1.7, x, y);
      expect(placed(after, point).x).toBeCloseTo(x, 6);
      expect(placed(after, point).y).toBeCloseTo(y, 6);
    }
  });

  test('goes on around the world', () => {
    const shown = moved({ ...START, x: 0.999 }, 200, 0);
    expect(shown.x).toBeCloseTo(0.999 + 200 / 4096 - 1, 9);
    // A point behind the 180th meridian is beside one before it.
    expect(placed({ ...START, x: 0.999 }, { x: 0.001, y: 0.5 }).x).toBeCloseTo(408.192, 3);
  });

  test('says its bounds, over the 180th meridian too', () => {
    const { west, east } = boundsOf({ ...START, x: 0 });
    expect(west).toBeGreaterThan(0);
    expect(east).toBeLessThan(0);
    expect(boundsOf({ ...START, zoom: 0, height: 256 })).toEqual({
      west: -180,
      south: -90,
      east: 180,
      north: 90,
    });
  });

  test('shows all of an area', () => {
    for (const area of [
      { west: 10, south: 40, east: 20, north: 50 },
      { west: 175, south: -20, east: -170, north: -10 },
      { west: 16.3, south: 48.2, east: 16.3, north: 48.2 },
    ]) {
      const shown = showing(area, START, 20);
      const found = boundsOf(shown);
      expect(found.south).toBeLessThanOrEqual(area.south);
      expect(found.north).toBeGreaterThanOrEqual(area.north);
      expect(placed(shown, project(area.south, area.west)).x).toBeGreaterThanOrEqual(0);
      expect(placed(shown, project(area.south, area.east)).x).toBeLessThanOrEqual(800);
    }
  });

  test('has a scale', () => {
    // At the equator and zoom 0 a pixel is 156.5 km.
    expect(scaleOf({ ...START, zoom: 8 }, 100)).toEqual({
      metres: 50_000,
      px: expect.closeTo(81.8, 1),
    });
  });
});
