import { expect, test } from 'vitest';
import { between } from '../../src/map/camera.svelte';
import { placeOf, textOf } from '../../src/map/place';
import { stepsOf } from '../../src/map/pointers';
import { joined } from '../../src/map/towns';
import { project, settled, worldPx } from '../../src/model/mercator';

test('the address has as many digits as can be seen', () => {
  const size = { width: 800, height: 600 };
  const far = placeOf({ ...project(48.208174, 16.373819), zoom: 3, ...size });
  expect(textOf(far)).toBe('48.2,16.4,3');
  const near = placeOf({ ...project(48.208174, 16.373819), zoom: 17, ...size });
  expect(textOf(near)).toBe('48.208174,16.373819,17');
});

test('along a glide one point of the map stays in its place', () => {
  const from = settled({ ...project(10, 20), zoom: 4, width: 800, height: 600 });
  const target = settled({ ...project(12, 23), zoom: 8, width: 800, height: 600 });
  // Where both windows show the same point at the same pixel.
  const [begin, end] = [1 / worldPx(from.zoom), 1 / worldPx(target.zoom)];
  const pixel = (target.x - from.x) / (begin - end);
  const fixed = from.x + pixel * begin;
  for (const part of [0, 0.3, 0.7, 1]) {
    const now = between(from, target, part, from);
    expect((fixed - now.x) * worldPx(now.zoom)).toBeCloseTo(pixel, 3);
  }
});

test('a wheel turns by at most one step, a pinch on a touchpad by smaller ones', () => {
  const turn = (deltaY: number, deltaMode = 0, ctrlKey = false): number =>
    stepsOf({ deltaY, deltaMode, ctrlKey } as WheelEvent);
  expect(turn(-300)).toBe(1);
  expect(turn(5_000)).toBe(-1);
  expect(turn(-3, 1)).toBeCloseTo(0.33);
  expect(turn(-6, 0, true)).toBeCloseTo(0.1);
});

test('near names take the place of the large ones there, and only there', () => {
  const city = (name: string, latitude: number, longitude: number) => ({
    name,
    latitude,
    longitude,
    ...project(latitude, longitude),
  });
  const answer = {
    bounds: { west: 16, south: 48, east: 17, north: 49 },
    names: [city('Vienna', 48.2, 16.37), city('Mödling', 48.08, 16.28)],
  };
  const all = joined(answer, [city('Rome', 41.9, 12.5), city('Wien', 48.2, 16.37)]);
  expect(all.map(({ name }) => name)).toEqual(['Vienna', 'Mödling', 'Rome']);
  const across = { ...answer, bounds: { west: 170, south: -20, east: -170, north: 20 }, names: [] };
  const left = joined(across, [
    city('Suva', -18, 178),
    city('Apia', -13, -172),
    city('Rome', 0, 12),
  ]);
  expect(left.map(({ name }) => name)).toEqual(['Rome']);
});
