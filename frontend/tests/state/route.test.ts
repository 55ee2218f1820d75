import { describe, expect, test } from 'vitest';
import { parse, placeOf, print, type Photo, type Place, type Route } from '../../src/state/route';

const DIGEST = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

const PLACES: readonly Place[] = [
  { view: 'photos' },
  { view: 'photos', day: '2021-07-14' },
  { view: 'search', q: '' },
  { view: 'search', q: 'rome "july 2021" -camera:canon & 100% +#?/é' },
  { view: 'search', q: 'paris', day: '2021-07-14' },
  { view: 'map' },
  { view: 'map', at: { latitude: -48.85, longitude: 2.3522, zoom: 12.5 } },
  { view: 'folders' },
  { view: 'folders', folder: 17 },
  { view: 'health' },
  { view: 'health', code: 'broken_pair' },
  { view: 'settings' },
];

const PHOTOS: readonly Photo[] = [
  { view: 'photos' } as const,
  { view: 'search', q: 'rome & paris' } as const,
  { view: 'search', q: '' } as const,
  { view: 'map', at: { latitude: 1, longitude: -2, zoom: 3 } } as const,
  { view: 'folders', folder: 17 } as const,
  { view: 'health', code: 'failed' } as const,
].map((within) => ({ view: 'photo', digest: DIGEST, within }));

function again(route: Route): Route {
  const address = new URL(print(route), 'http://localhost:8000/');
  return parse(address.pathname, address.search);
}

describe('what is printed is read again', () => {
  test.each([...PLACES, ...PHOTOS].map((route) => [print(route), route]))('/%s', (_, route) => {
    expect(again(route as Route)).toEqual(route);
  });
});

describe('what is read is printed again', () => {
  test.each([
    '',
    '?day=2021-07-14',
    'search?q=a+b',
    'map?at=48.85%2C2.35%2C12',
    'folders/3',
    'health?code=failed',
    'settings',
    `photo/${DIGEST}`,
    `photo/${DIGEST}?q=a`,
  ])('/%s', (address) => {
    const url = new URL(address, 'http://localhost:8000/');
    expect(print(parse(url.pathname, url.search))).toBe(address);
  });
});

test.each([
  '/nowhere',
  '/photo',
  '/photo/',
  '/photo/abc',
  `/photo/${DIGEST.toUpperCase()}`,
  `/photo/${DIGEST}/more`,
  '/folders/',
  '/folders/0',
  '/folders/../etc',
  '/folders/1/2',
  '/search/x',
  '//evil.example',
])('%s leads nowhere', (path) => {
  expect(parse(path, '')).toEqual({ view: 'unknown', path });
});

test.each([
  ['?day=yesterday', { view: 'photos' }],
  ['?day=2021-7-14', { view: 'photos' }],
  ['?other=1', { view: 'photos' }],
])('parameters that are no such thing are passed over: /%s', (search, route) => {
  expect(parse('/', search)).toEqual(route);
});

test.each(['91,0,1', '0,181,1', '0,0,25', '0,0', '0,0,1,2', 'a,b,c', '', '1e1,0,1', 'NaN,0,0'])(
  'no place on the map: %s',
  (at) => {
    expect(parse('/map', `?at=${at}`)).toEqual({ view: 'map' });
  },
);

test('below a photo lies the place that it was opened from', () => {
  for (const photo of PHOTOS) expect(placeOf(photo)).toBe(photo.within);
  expect(placeOf({ view: 'settings' })).toEqual({ view: 'settings' });
});
