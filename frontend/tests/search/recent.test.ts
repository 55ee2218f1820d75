import { expect, test } from 'vitest';
import { forget, recent, remember, type Shelf } from '../../src/search/recent';

function shelf(content: string | null = null): Shelf & { content: string | null } {
  return {
    content,
    getItem() {
      return this.content;
    },
    setItem(_, value) {
      this.content = value;
    },
    removeItem() {
      this.content = null;
    },
  };
}

test('the latest comes first, once', () => {
  const kept = shelf();
  for (const one of ['rome', 'paris', 'rome', '']) remember(one, kept);
  expect(recent(kept)).toEqual(['rome', 'paris']);
  forget(kept);
  expect(recent(kept)).toEqual([]);
});

test('so many are kept, and none that is too long', () => {
  const kept = shelf();
  for (let at = 0; at < 20; at++) remember(`search ${at}`, kept);
  remember('x'.repeat(201), kept);
  expect(recent(kept)).toHaveLength(8);
  expect(recent(kept)[0]).toBe('search 19');
});

test.each(['', '{', '{}', '"a"', 'null', '[1, null, {"a": "b"}]'])(
  'none of ours: %s',
  (content) => {
    expect(recent(shelf(content))).toEqual([]);
  },
);

test('a browser that keeps nothing', () => {
  const full: Shelf = {
    getItem: () => {
      throw new Error('not allowed');
    },
    setItem: () => {
      throw new Error('full');
    },
    removeItem: () => {
      throw new Error('not allowed');
    },
  };
  remember('rome', full);
  forget(full);
  expect(recent(full)).toEqual([]);
  expect(recent(undefined)).toEqual([]);
});
