import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CAP_PX, Runway } from '../../src/model/runway';

const SCREEN = 800;
const TALL = 41_000_000;

function runway(total = TALL, cap = CAP_PX): Runway {
  const made = new Runway(cap);
  made.resize(total, SCREEN);
  return made;
}

/** What the browser is scrolled to. */
function scrolled(one: Runway): number {
  return one.at - one.shift;
}

describe('what fits', () => {
  test('is not scaled', () => {
    const one = runway(5_000_000);
    for (const to of [0, 3, 12_345, 4_000_000, 17]) {
      one.move(to);
      expect([one.at, one.shift]).toEqual([to, 0]);
      expect(one.settle()).toBeNull();
    }
  });
});

describe('what does not', () => {
  test('is as tall as a browser can', () => {
    expect(runway().height).toBe(CAP_PX);
  });

  test('has the same ends', () => {
    const one = runway();
    one.move(CAP_PX - SCREEN);
    expect(one.at).toBe(TALL - SCREEN);
    one.move(0);
    expect(one.at).toBe(0);
  });

  test('a wheel or finger moves by as many pixels as it says, anywhere', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100_000, max: TALL - 100_000 }),
        fc.array(fc.integer({ min: -900, max: 900 }), { maxLength: 40 }),
        (start, steps) => {
          const one = runway();
          one.jump(start);
          let expected = one.at;
          for (const step of steps) {
            expected += step;
            one.move(scrolled(one) + step);
            expect(one.at).toBe(expected);
          }
          // Taking back what lies between moves nothing.
          const to = one.settle();
          expect(one.at).toBe(expected);
          if (to !== null) expect(scrolled(one)).toBe(to);
        },
      ),
    );
  });

  test('a leap of the scrollbar is proportional, and monotonous', () => {
    const one = runway();
    let last = -1;
    for (let to = 0; to < CAP_PX - SCREEN; to += 100_003) {
      one.move(to);
      expect(one.at).toBeGreaterThan(last);
      last = one.at;
    }
    one.move(0);
    one.move(CAP_PX / 2);
    expect(one.at / TALL).toBeCloseTo(0.5, 2);
  });

  test('one gets to both ends by small steps', () => {
    const one = runway(12_000_000, 1_000_000);
    const walk = (step: number, end: number): void => {
      for (let steps = 0; one.at !== end; steps++) {
        expect(steps).toBeLessThan(60_000);
        const most = one.height - SCREEN;
        one.move(Math.min(Math.max(scrolled(one) + step, 0), most));
        if (one.pressed) one.settle();
      }
    };
    walk(700, 12_000_000 - SCREEN);
    walk(-700, 0);
  });

  test('what is above the element can be scrolled to', () => {
    const one = runway();
    one.move(-90);
    expect([one.at, one.shift]).toEqual([-90, 0]);
  });

  test('another height keeps one where one is', () => {
    const one = runway();
    one.jump(20_000_000);
    one.resize(39_000_000, SCREEN);
    expect(one.at).toBe(20_000_000);
    one.resize(5_000_000, SCREEN);
    expect(one.at).toBe(5_000_000 - SCREEN);
  });

  test('a place stays the same on its way down and up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: TALL - SCREEN }), (at) => {
        const one = runway();
        const to = one.jump(at);
        const other = runway();
        other.move(to);
        // One pixel of the browser is some of the whole.
        expect(Math.abs(other.at - at)).toBeLessThan(8);
      }),
    );
  });
});
