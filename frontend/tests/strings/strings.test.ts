import { expect, test } from 'vitest';
import type { Problem } from '../../src/api/types';
import * as strings from '../../src/strings';
import { de } from '../../src/strings/de';
import { en } from '../../src/strings/en';
import { Format } from '../../src/strings/format';

/** Path → string, of all that is no function. */
function plain(catalogue: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(catalogue) as [string, unknown][]) {
    if (typeof value === 'string') found.set(path + name, value);
    else if (typeof value === 'object' && value !== null) {
      for (const one of plain(value, `${path}${name}.`)) found.set(...one);
    }
  }
  return found;
}

test('nothing is left in English', () => {
  const english = plain(en(new Format('en')));
  const same = [...plain(de(new Format('de')))].filter(
    ([path, text]) => english.get(path) === text,
  );
  expect(same.map(([path]) => path)).toEqual([
    'name',
    'viewer.kind.video',
    'viewer.liveSign',
    'viewer.digest',
    'map.credit',
    'settings.creditList.0.0',
    'settings.creditList.1.0',
  ]);
});

test('what the server says in English is said in German', () => {
  const german = de(new Format('de'));
  const problem = { title: '', status: 400, code: 'bad_query', detail: 'English.' } as const;
  expect(german.problem.said(problem)).toBe('Diese Suche ist nicht zu verstehen.');
  expect(german.search.why({ ...problem, reason: 'no_field', field: 'farbe' })).toContain(
    '„farbe“',
  );
  expect(german.search.why({ ...problem, reason: 'too_far', limit: 1_000 })).toContain('1.000 km');
  expect(german.search.why(problem)).toBe(german.problem.said(problem));
  // Of a newer server.
  const unknown = { ...problem, code: 'constructor', reason: 'toString' } as unknown as Problem;
  expect(german.search.why(unknown)).toBe('English.');
  expect(german.settings.help('port', 'English.')).not.toBe('English.');
  expect(german.settings.help('toString', 'English.')).toBe('English.');
});

test('the first language that there is', async () => {
  expect(await strings.speak(['fr-FR', 'de-AT', 'en'])).toBe('de-AT');
  expect(strings.t.navigation.map).toBe('Karte');
  expect(await strings.speak(['fr'])).toBe('en');
  expect(await strings.speak(['en-GB', 'de'])).toBe('en-GB');
  expect(strings.t.navigation.map).toBe('Map');
});

test('counts have the form of the language', () => {
  const english = en(new Format('en'));
  expect([0, 1, 2, 12_345].map(english.count.photos)).toEqual([
    '0 photos',
    '1 photo',
    '2 photos',
    '12,345 photos',
  ]);
  expect(de(new Format('de')).count.photos(12_345)).toBe('12.345 Fotos');
  const forms = { one: '# plik', few: '# pliki', many: '# plików', other: '# pliku' };
  const polish = new Format('pl');
  expect([1, 2, 5, 1.5].map((count) => polish.plural(count, forms))).toEqual([
    '1 plik',
    '2 pliki',
    '5 plików',
    '1,5 pliku',
  ]);
});

test('sizes', () => {
  const { bytes } = { bytes: (value: number) => new Format('en').bytes(value) };
  expect([0, 1, 999, 1_000, 1_234_567, 10 ** 9, 2.5e18].map(bytes)).toEqual([
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1 kB',
    '1.23 MB',
    '1 GB',
    '2,500 PB',
  ]);
});

test('dates are those of the wall clock, wherever one is', () => {
  const format = new Format('en-GB');
  expect(format.day('2021-07-14')).toBe('Wednesday, 14 July 2021');
  expect(format.month('2021-07-14')).toBe('July 2021');
  expect(format.time('2021-07-14T23:59:59.000')).toBe('14 July 2021 at 23:59');
  expect(format.day('no day')).toBe('no day');
});

test('lengths', () => {
  const format = new Format('en');
  expect([0, 7_400, 62_000, 3_723_000].map((ms) => format.duration(ms))).toEqual([
    '0:00',
    '0:07',
    '1:02',
    '1:02:03',
  ]);
});
