import { describe, expect, test } from 'vitest';
import { between, MOST, Selection, type Range } from '../../src/model/selection';
import { seeded } from '../dice';

const TOTAL = 40;
const digest = (position: number): string => `d${position}`;
const positions = (range: Range): number[] =>
  Array.from({ length: range.to - range.from + 1 }, (_, at) => range.from + at);
const digests = (range: Range): string[] => positions(range).map(digest);

function shown(selection: Selection): number[] {
  return positions({ from: 0, to: TOTAL - 1 }).filter((one) => selection.has(digest(one), one));
}

/** What is selected once all is known. */
function meant(selection: Selection): number[] {
  return positions({ from: 0, to: TOTAL - 1 }).filter(
    (one) => selection.marked.has(digest(one)) !== (selection.all !== null),
  );
}

test('beside a plain set of positions, whatever is done and however late the answers are', () => {
  const dice = seeded(3);
  for (let run = 0; run < 300; run++) {
    const selection = new Selection();
    const naive = new Set<number>();
    let late: (() => void)[] = [];
    const put = (range: Range, on: boolean): void =>
      positions(range).forEach((one) => (on ? naive.add(one) : naive.delete(one)));
    for (let step = 0; step < 25; step++) {
      const range = between(dice.below(TOTAL), dice.below(TOTAL));
      const on = dice.below(2) === 1;
      const kind = dice.below(10);
      if (kind < 3) {
        expect(selection.mark(digests(range), on)).toBe(true);
        put(range, on);
      } else if (kind < 6) {
        const end = selection.begin(range, on);
        late.push(() => expect(end(digests(range))).toBe(true));
        put(range, on);
      } else if (kind < 8) {
        late.splice(dice.below(late.length || 1), 1)[0]?.();
      } else if (kind === 8) {
        selection.sweep(range, on);
        const swept = selection.endSweep();
        expect(swept).toMatchObject({ ...range, on });
      } else if (dice.below(4) === 0) {
        const all = dice.below(2) === 1;
        if (all) selection.selectAll('rome');
        else selection.clear();
        put({ from: 0, to: TOTAL - 1 }, all);
      }
      expect(shown(selection)).toEqual([...naive].sort((a, b) => a - b));
      if (selection.settled) expect(selection.count(TOTAL)).toBe(naive.size);
    }
    for (const come of late) come();
    late = [];
    expect(selection.settled).toBe(true);
    expect(meant(selection)).toEqual([...naive].sort((a, b) => a - b));
    expect(selection.count(TOTAL)).toBe(naive.size);
  }
});

test('a range that moves shows only where it is now', () => {
  const selection = new Selection();
  selection.mark([digest(5)], true);
  selection.sweep({ from: 0, to: 9 }, true);
  selection.sweep({ from: 0, to: 2 }, true);
  expect(shown(selection)).toEqual([0, 1, 2, 5]);
  selection.sweep({ from: 5, to: 6 }, false);
  expect(shown(selection)).toEqual([]);
  expect(selection.settled).toBe(false);
  selection.endSweep();
  expect(shown(selection)).toEqual([5]);
});

test('what is not to be had is as if it had not been asked for', () => {
  const selection = new Selection();
  const end = selection.begin({ from: 0, to: 9 }, true);
  expect(selection.count(TOTAL)).toBe(10);
  end(null);
  expect(shown(selection)).toEqual([]);
  expect(selection.settled).toBe(true);
});

test('an answer that comes after all has been let go changes nothing', () => {
  const selection = new Selection();
  const end = selection.begin({ from: 0, to: 9 }, true);
  selection.clear();
  selection.mark([digest(20)], true);
  expect(end(digests({ from: 0, to: 9 }))).toBe(true);
  expect(shown(selection)).toEqual([20]);
});

describe('too many', () => {
  const many = Array.from({ length: MOST }, (_, at) => `m${at}`);

  test('single assets are refused as a whole', () => {
    const selection = new Selection();
    expect(selection.mark(many, true)).toBe(true);
    expect(selection.mark(many, true)).toBe(true);
    expect(selection.mark(['one', 'm0'], true)).toBe(false);
    expect(selection.marked.size).toBe(MOST);
    expect(selection.mark(['m0'], false)).toBe(true);
    expect(selection.mark(['one'], true)).toBe(true);
  });

  test('all of a search has no end, what is left out has', () => {
    const selection = new Selection();
    selection.selectAll('');
    expect(selection.count(1_000_000)).toBe(1_000_000);
    expect(selection.mark(many, false)).toBe(true);
    expect(selection.mark(['one'], false)).toBe(false);
    expect(selection.count(1_000_000)).toBe(900_000);
  });
});
