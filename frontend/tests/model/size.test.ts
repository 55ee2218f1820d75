import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pinch, sizeOf, SIZES, stepped, USUAL, Wheel } from '../../src/model/size';

const size = fc.constantFrom(...SIZES);

test('what was kept is a size, or it is the usual one', () => {
  for (const one of SIZES) expect(sizeOf(one)).toBe(one);
  for (const wrong of [null, '', 'huge', '1']) expect(sizeOf(wrong)).toBe(USUAL);
});

test('steps end at both ends', () => {
  expect(stepped('usual', 1)).toBe('large');
  expect(stepped('usual', -1)).toBe('small');
  fc.assert(
    fc.property(size, fc.integer({ min: -9, max: 9 }), (from, by) => {
      const to = SIZES.indexOf(from) + by;
      expect(stepped(from, by)).toBe(SIZES.at(Math.min(Math.max(to, 0), 3)));
    }),
  );
});

describe('two fingers', () => {
  test('apart make larger, together smaller, and trembling nothing', () => {
    const pinch = new Pinch(100);
    expect([110, 95, 130, 101].some((apart) => pinch.move(apart))).toBe(false);
    expect(pinch.move(145)).toBe(1);
    expect(pinch.move(150)).toBe(0);
    expect(pinch.move(290)).toBe(2);
    expect(new Pinch(100).move(70)).toBe(-1);
  });

  test('that are back where they began have the size of the beginning', () => {
    const apart = fc.integer({ min: 1, max: 2_000 });
    fc.assert(
      fc.property(apart, fc.array(apart, { maxLength: 20 }), (began, way) => {
        const pinch = new Pinch(began);
        const steps = [...way, began].map((now) => pinch.move(now));
        // At the edge of a step it may be the one beside.
        expect(Math.abs(steps.reduce((sum, by) => sum + by, 0))).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a wheel', () => {
  const px = (deltaY: number, timeStamp: number) => ({ deltaY, deltaMode: 0, timeStamp });

  test('is a step with each notch', () => {
    const wheel = new Wheel();
    expect(wheel.turn(px(-100, 0))).toBe(1);
    expect(wheel.turn(px(-100, 50))).toBe(1);
    expect(wheel.turn(px(100, 60))).toBe(-1);
    expect(wheel.turn({ deltaY: 3, deltaMode: 1, timeStamp: 70 })).toBe(-1);
  });

  test('of a touchpad is a step when fingers have moved far enough', () => {
    const wheel = new Wheel();
    const steps = Array.from({ length: 12 }, (_, at) => wheel.turn(px(-8, at * 16)));
    expect(steps).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]);
  });

  test('forgets what was before a pause, or the other way', () => {
    const wheel = new Wheel();
    expect(wheel.turn(px(-30, 0))).toBe(0);
    expect(wheel.turn(px(-30, 1_000))).toBe(0);
    expect(wheel.turn(px(30, 1_010))).toBe(0);
    expect(wheel.turn(px(-30, 1_020))).toBe(0);
    expect(wheel.turn(px(-30, 1_030))).toBe(1);
  });
});
