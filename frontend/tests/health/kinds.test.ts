import { expect, test } from 'vitest';
import { CODES, codeOf, parts, present, whole } from '../../src/health/kinds';
import { de } from '../../src/strings/de';
import { en } from '../../src/strings/en';
import { Format } from '../../src/strings/format';

test('each kind is explained, in each language', () => {
  for (const catalogue of [en(new Format('en')), de(new Format('de'))]) {
    expect(Object.keys(catalogue.health.kinds).sort()).toEqual([...CODES].sort());
  }
});

test('kinds of which there are some', () => {
  expect(present({ undated: 3, failed: 1, parked: 0, new_one: 5 })).toEqual([
    { code: 'failed', count: 1 },
    { code: 'undated', count: 3 },
  ]);
  expect(codeOf('failed')).toBe('failed');
  expect(codeOf('toString')).toBeUndefined();
});

test('paths', () => {
  expect(parts('2019/Rome/a.jpg')).toEqual({ name: 'a.jpg', folder: '2019/Rome' });
  expect(parts('a.jpg')).toEqual({ name: 'a.jpg', folder: '' });
  expect(whole('/photos', 'a.jpg')).toBe('/photos/a.jpg');
  expect(whole('/', 'a.jpg')).toBe('/a.jpg');
});
