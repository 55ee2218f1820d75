import { expect, test } from 'vitest';
import { Shelf } from '../../src/map/tiles/shelf';

test('who was used least recently goes', () => {
  const gone: string[] = [];
  const shelf = new Shelf<string>(2, undefined, (value) => gone.push(value));
  shelf.set('a', 'A');
  shelf.set('b', 'B');
  expect(shelf.get('a')).toBe('A');
  shelf.set('c', 'C');
  expect(gone).toEqual(['B']);
  expect(shelf.get('b')).toBeUndefined();
});

test('what is replaced is let go, too, and its weight with it', () => {
  const gone: number[] = [];
  const shelf = new Shelf<number>(
    10,
    (value) => value,
    (value) => gone.push(value),
  );
  shelf.set('a', 6);
  shelf.set('a', 7);
  shelf.set('b', 3);
  expect(gone).toEqual([6]);
  shelf.set('c', 1);
  expect(gone).toEqual([6, 7]);
  shelf.clear();
  expect(gone).toEqual([6, 7, 3, 1]);
});

test('what is set once more is weighed anew and stays', () => {
  const gone: object[] = [];
  const shelf = new Shelf<{ weight: number }>(
    10,
    ({ weight }) => weight,
    (value) => gone.push(value),
  );
  const [first, second] = [{ weight: 2 }, { weight: 2 }];
  shelf.set('a', first);
  shelf.set('b', second);
  second.weight = 9;
  shelf.set('b', second);
  expect(gone).toEqual([first]);
  expect(shelf.get('b')).toBe(second);
});

test('the last one stays, however heavy', () => {
  const shelf = new Shelf<number>(1, (value) => value);
  shelf.set('a', 100);
  expect(shelf.get('a')).toBe(100);
});
