import { expect, test } from 'vitest';
import { groupsOf, picksOf } from '../../src/search/refinements';
import { chipName, valueName } from '../../src/search/words';
import { speak } from '../../src/strings';
import type { Facets } from '../../src/api/types';

const CHIPS: readonly [string, string | null, string][] = [
  ['rome', null, 'rome'],
  ['"rome by night"', null, 'rome by night'],
  ['even*', null, 'even*'],
  ['2021', 'taken', '2021'],
  ['2021-07', 'taken', 'July 2021'],
  ['2021-07-14', 'taken', '14 July 2021'],
  ['2021-06-01..2021-08-31', 'taken', '1 June 2021 – 31 August 2021'],
  ['2020-01-01..', 'taken', 'since 1 January 2020'],
  ['..2015-12-31', 'taken', 'until 31 December 2015'],
  ['camera:"Canon EOS R5"', 'camera', 'Camera: Canon EOS R5'],
  ['in:#17', 'in', 'Folder: #17'],
  ['type:video', 'type', 'Videos'],
  ['type:jpg', 'type', 'JPG'],
  ['rating>=4', 'rating', 'Stars ≥ 4'],
  ['size>10MB', 'size', 'Size > 10MB'],
  ['near:"New York"', 'near', 'Near: New York'],
  ['box:1,2,3,4', 'box', 'box: 1,2,3,4'],
];

test.each(CHIPS)('%s', async (text, field, name) => {
  await speak(['en-GB']);
  expect(chipName({ text, field, without: false })).toBe(name);
  expect(chipName({ text, field, without: true })).toBe(`not ${name}`);
});

test('values of facets', async () => {
  await speak(['en']);
  expect(valueName('rating', '3')).toBe('★★★');
  expect(valueName('type', 'photo')).toBe('Photos');
  expect(valueName('city', 'constructor')).toBe('constructor');
  expect(valueName('date', '2016-08')).toBe('August 2016');
  expect(valueName('date', 'last summer')).toBe('last summer');
});

function counted(kinds: Record<string, [string, number][]>): Facets {
  const all = Object.entries(kinds).map(([kind, values]) => [
    kind,
    values.map(([value, assets]) => ({ value, assets, query: value })),
  ]);
  return { assets: 10, exact: true, kinds: Object.fromEntries(all) };
}

test('only what divides is shown, in an order of our own', () => {
  const groups = groupsOf(
    counted({
      camera: [['Canon', 10]],
      city: [['Rome', 3]],
      year: [
        ['2019', 4],
        ['2021', 1],
        ['2020', 2],
      ],
      lens: [['none', 0]],
    }),
  );
  expect(groups.map(({ kind, values }) => [kind, values.map(({ value }) => value)])).toEqual([
    ['year', ['2021', '2020', '2019']],
    ['city', ['Rome']],
  ]);
  const picks = picksOf(groups, 2).map(({ value }) => value.value);
  expect(picks).toEqual(['2020', '2019', 'Rome']);
});

test('a city that is a region, too, is picked once', () => {
  const value = { value: 'Tokyo', assets: 1, query: 'city:Tokyo' };
  const picks = picksOf(
    [
      { kind: 'city', values: [value, { ...value, value: 'Rome' }] },
      { kind: 'region', values: [value, { ...value, assets: 2, value: 'Lazio' }] },
    ],
    3,
  );
  expect(picks.map((pick) => [pick.kind, pick.value.value])).toEqual([
    ['city', 'Tokyo'],
    ['city', 'Rome'],
    ['region', 'Lazio'],
  ]);
});
