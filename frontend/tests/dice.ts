/** Chance that is the same on each run. */

export interface Dice {
  /** A whole number from 0 to below `most`. */
  below(most: number): number;
  pick<Value>(values: readonly Value[]): Value;
  letters(most: number): string;
}

/** The numbers of mulberry32. */
export function seeded(seed: number): Dice {
  let state = seed;
  const below = (most: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * most);
  };
  return {
    below,
    pick: (values) => values[below(values.length)] as (typeof values)[number],
    letters: (most) =>
      Array.from({ length: 1 + below(most) }, () => String.fromCharCode(97 + below(26))).join(''),
  };
}
