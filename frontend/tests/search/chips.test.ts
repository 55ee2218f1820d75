import { describe, expect, test } from 'vitest';
import {
  piecesOf,
  quotedAt,
  spansOf,
  without,
  withTerm,
  wordAt,
  type Span,
} from '../../src/search/chips';
import { seeded, type Dice } from '../dice';

/** Spans of the words that are in small letters: what the server would have understood. */
function understood(text: string): Span[] {
  return [...text.matchAll(/[a-zé😀]+(?: [0-9]+)?/gu)].map(({ 0: word, index }) => ({
    from: index,
    to: index + word.length,
  }));
}

function cut(text: string, chip: number): string {
  return without(text, understood(text), chip);
}

test.each([
  ['rome', 0, ''],
  ['rome paris', 0, 'paris'],
  ['rome  paris', 1, 'rome'],
  ['rome -paris', 1, 'rome'],
  ['-rome paris', 0, 'paris'],
  ['a OR b', 0, 'b'],
  ['a OR b OR c', 1, 'a OR c'],
  ['a OR b OR c', 2, 'a OR b'],
  ['x a OR b y', 1, 'x b y'],
  ['-(a OR b) c', 0, '-(b) c'],
  ['-(a) c', 0, 'c'],
  ['((a)) OR b', 0, 'b'],
  ['-((a) --b)', 1, '-((a))'],
  ['july 2021 rome', 0, 'rome'],
  ['(a)b(c)', 1, '(a) (c)'],
  ['& a - b', 0, '& - b'],
  ['& OR a', 0, ''],
  ['(& -a) b', 0, 'b'],
  ['a -', 0, ''],
  ['😀 a OR b', 1, '😀 b'],
])('%s without chip %i', (text, chip, left) => {
  expect(cut(text, chip)).toBe(left);
});

/** A text by the grammar, with words that are told apart. */
function textOf(dice: Dice, depth = 0): string {
  const word = (): string => `${dice.letters(3)}${dice.pick(['rome', 'é', '😀', 'july 2021'])}`;
  const item = (): string => {
    const kind = depth > 2 ? 0 : dice.below(6);
    if (kind === 1) return `-${word()}`;
    if (kind === 2) return `${dice.pick(['', '-'])}(${textOf(dice, depth + 1)})`;
    return kind === 3 ? `& ${word()}` : word();
  };
  const group = (): string =>
    Array.from({ length: dice.below(4) ? 1 : 2 + dice.below(2) }, item).join(' OR ');
  return Array.from({ length: 1 + dice.below(3) }, group).join(dice.pick([' ', '  ']));
}

/** Whether what joins the words is sound; a sign that means nothing stands where a word may. */
function isSound(text: string): boolean {
  const bare = text.replace(/[a-zé😀]+(?: [0-9]+)?/gu, 'w').replace(/&/g, 'w');
  let left = bare.replace(/\s+/g, ' ').trim();
  for (let before = ''; before !== left;) {
    before = left;
    left = left
      .replace(/\( ?w ?\)/g, 'w')
      .replace(/-w/g, 'w')
      .replace(/w OR w/g, 'w')
      .replace(/\bw w\b/g, 'w');
  }
  return left === 'w' || left === '';
}

describe('any text', () => {
  const dice = seeded(7);
  const texts = Array.from({ length: 500 }, () => textOf(dice));

  test('in pieces is the text', () => {
    for (const text of texts) {
      const spans = understood(text);
      const pieces = piecesOf(text, spans);
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      expect(pieces.flatMap(({ chip }) => chip ?? [])).toEqual(spans.map((_, at) => at));
    }
  });

  test('loses one chip, keeps the others in their order, and stays sound', () => {
    for (const text of texts) {
      expect(isSound(text), text).toBe(true);
      const words = understood(text).map(({ from, to }) => text.slice(from, to));
      words.forEach((_, chip) => {
        const left = cut(text, chip);
        const found = understood(left).map(({ from, to }) => left.slice(from, to));
        expect(found, `${text} → ${left}`).toEqual(words.filter((__, at) => at !== chip));
        expect(isSound(left), `${text} → ${left}`).toBe(true);
      });
    }
  });

  test('loses all of its chips, one by one', () => {
    for (const text of texts) {
      let left = text;
      for (let spans = understood(left); spans.length; spans = understood(left)) {
        left = without(left, spans, dice.below(spans.length));
      }
      expect(left).toBe('');
    }
  });
});

test('the server counts characters', () => {
  expect(spansOf('😀 rome', [{ from: 2, to: 6 }])).toEqual([{ from: 3, to: 7 }]);
});

test('one more term', () => {
  expect(withTerm('', 'city:Rome')).toBe('city:Rome');
  expect(withTerm('a OR b ', 'city:Rome')).toBe('a OR b city:Rome');
  // Not "july 2021", which would be a month.
  expect(withTerm('july', '2021')).toBe('2021 july');
});

test.each([
  ['rome foo:bar x', 5, 'foo:bar'],
  ['camera>x', 6, '>x'],
  ['a "open', 2, '"open'],
  ['a )', 2, ')'],
  ['tag:', 4, ':'],
  ['tag: x', 4, ' '],
  ['', 0, ''],
])('what is wrong in %s at %i', (text, at, word) => {
  const { from, to } = wordAt(text, at);
  expect(text.slice(from, to)).toBe(word);
});

test.each([
  ['rome foo:bar x', 5, 'rome "foo:bar" x'],
  ['-foo:bar', 1, '-"foo:bar"'],
  ['month:x*', 6, '"month:x"'],
  ['a "open', 2, null],
  ['a )', 2, null],
])('%s, with the word at %i as a word', (text, at, quoted) => {
  expect(quotedAt(text, at)).toBe(quoted);
});
