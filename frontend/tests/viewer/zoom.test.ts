import { describe, expect, test } from 'vitest';
import {
  actual,
  around,
  bounded,
  fit,
  frame,
  moved,
  pinned,
  tapped,
  WHOLE,
  type Frame,
  type Point,
  type Size,
  type Zoom,
} from '../../src/viewer/zoom';

/** Numbers that are the same in each run. */
function seeded(seed: number): (low: number, high: number) => number {
  let state = seed;
  return (low, high) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + (state / 2 ** 32) * (high - low);
  };
}

interface Case {
  readonly natural: Size;
  readonly limits: Frame;
  readonly zoom: Zoom;
  readonly point: Point;
  readonly factor: number;
}

function made(seed: number): Case {
  const any = seeded(seed);
  const natural = { width: any(1, 12_000), height: any(1, 12_000) };
  const stage = { width: any(100, 4_000), height: any(100, 3_000) };
  const limits = frame(natural, stage, any(1, 4));
  const start = {
    scale: any(0.5, 1.2) * limits.most,
    x: any(-9_000, 9_000),
    y: any(-9_000, 9_000),
  };
  const point = { x: any(-0.5, 0.5) * stage.width, y: any(-0.5, 0.5) * stage.height };
  return { natural, limits, zoom: bounded(start, limits), point, factor: any(0.1, 10) };
}

const CASES = Array.from({ length: 400 }, (_, seed) => made(seed + 1));

/** Which part of the picture, of its size at a scale of 1, lies under a point. */
function under(zoom: Zoom, point: Point): Point {
  return { x: (point.x - zoom.x) / zoom.scale, y: (point.y - zoom.y) / zoom.scale };
}

/** Nothing is lost: no black inside where the picture could fill it, and else it is in the middle. */
function isWithin(zoom: Zoom, { stage, picture, most }: Frame): boolean {
  const axis = (shown: number, room: number, at: number): boolean =>
    shown <= room + 1e-6
      ? Math.abs(at) < 1e-6
      : at - shown / 2 <= -room / 2 + 1e-6 && at + shown / 2 >= room / 2 - 1e-6;
  return (
    zoom.scale >= 1 &&
    zoom.scale <= most &&
    axis(picture.width * zoom.scale, stage.width, zoom.x) &&
    axis(picture.height * zoom.scale, stage.height, zoom.y)
  );
}

describe('any picture on any stage', () => {
  test('is wholly seen at first, and never enlarged', () => {
    for (const { natural, limits } of CASES) {
      const { picture, stage } = limits;
      expect(picture.width).toBeLessThanOrEqual(Math.min(stage.width, natural.width) + 1e-6);
      expect(picture.height).toBeLessThanOrEqual(Math.min(stage.height, natural.height) + 1e-6);
      expect(picture.width / picture.height).toBeCloseTo(natural.width / natural.height, 3);
      expect(isWithin(WHOLE, limits)).toBe(true);
    }
  });

  test('stays within its limits, whatever is done', () => {
    for (const { limits, zoom, point, factor } of CASES) {
      expect(isWithin(zoom, limits)).toBe(true);
      expect(isWithin(around(zoom, limits, point, factor), limits)).toBe(true);
      expect(isWithin(moved(zoom, limits, { x: factor * 999, y: -factor * 999 }), limits)).toBe(
        true,
      );
      expect(isWithin(tapped(zoom, limits, point, factor), limits)).toBe(true);
    }
  });

  test('keeps what lies under the finger there', () => {
    for (const { zoom, point, factor } of CASES) {
      const after = pinned(zoom, point, { x: point.x + 30, y: point.y - 20 }, zoom.scale * factor);
      const [then, now] = [under(zoom, point), under(after, { x: point.x + 30, y: point.y - 20 })];
      expect(now.x).toBeCloseTo(then.x, 5);
      expect(now.y).toBeCloseTo(then.y, 5);
    }
  });

  test('keeps it there when enlarged with wheel or key, where the limits let it', () => {
    let kept = 0;
    for (const { limits, zoom, point, factor } of CASES) {
      const little = 1 + (factor - 1) / 40;
      const free = pinned(zoom, point, point, zoom.scale * little);
      if (!isWithin(free, limits)) continue;
      kept += 1;
      expect(around(zoom, limits, point, little)).toEqual(free);
    }
    expect(kept).toBeGreaterThan(20);
  });

  test('bounds what is bounded no further', () => {
    for (const { limits, zoom } of CASES) expect(bounded(zoom, limits)).toEqual(zoom);
  });
});

describe('a photo of 12 megapixels on a screen', () => {
  const natural = { width: 4_000, height: 3_000 };
  const limits = frame(natural, { width: 1_000, height: 800 }, 2);

  test('is enlarged until a pixel of it covers two by two', () => {
    expect(limits.picture).toEqual({ width: 1_000, height: 750 });
    expect(actual(natural, limits.picture, 2)).toBe(2);
    expect(limits.most).toBe(4);
  });

  test('two taps show its pixels, two more all of it', () => {
    const close = tapped(WHOLE, limits, { x: 100, y: 0 }, 2);
    expect(close).toEqual({ scale: 2, x: -100, y: 0 });
    expect(tapped(close, limits, { x: 5, y: 5 }, 2)).toEqual(WHOLE);
  });
});

test('a small picture is not enlarged at first, but can be', () => {
  const small = { width: 60, height: 40 };
  expect(fit(small, { width: 1_000, height: 800 })).toEqual(small);
  expect(frame(small, { width: 1_000, height: 800 }, 1).most).toBe(3);
});
