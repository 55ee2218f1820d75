import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asset, Item, Place, Taken } from '../../src/api/types';
import { speak } from '../../src/strings';
import {
  camera,
  captionOf,
  coordinates,
  dayOf,
  exposure,
  moment,
  nameOf,
  origin,
  pixels,
  shutter,
  typeName,
  where,
  zone,
} from '../../src/viewer/details';

const TAKEN: Taken = {
  local: '2021-07-14T15:04:05.123000',
  offset_min: 120,
  instant: '2021-07-14T13:04:05.123Z',
  source: 'EXIF:DateTimeOriginal',
  certainty: 'exact',
  precision: 'second',
};
const PARIS: Place = {
  latitude: 48.858370123,
  longitude: 2.294481,
  altitude_m: null,
  country: 'FR',
  region: 'Île-de-France',
  city: 'Paris',
  source: 'EXIF:GPSLatitude',
};

function asset(readings: Record<string, string | number> = {}, more: Partial<Asset> = {}): Asset {
  const list = Object.entries(readings).map(([name, value]) => ({ name, value, source: 'EXIF:A' }));
  return { kind: 'photo', taken: TAKEN, place: PARIS, readings: list, ...more } as Asset;
}

beforeAll(async () => void (await speak(['en-GB'])));
afterAll(async () => void (await speak(['en-GB'])));

describe('exposure, as photographers write it', () => {
  test('of a phone', () => {
    const readings = {
      f_number: 1.7799999713897705,
      exposure_s: 0.00833333,
      iso: 200,
      focal_length_mm: 4.25,
      focal_length_35mm: 26,
    };
    expect(exposure(asset(readings))).toBe('f/1.8 · 1/120 s · ISO 200 · 26 mm');
  });

  test('what is not known is left out', () => {
    expect(exposure(asset({ iso: 12_800, focal_length_mm: 50 }))).toBe('ISO 12800 · 50 mm');
    expect(exposure(asset())).toBe('');
    expect(exposure(asset({ f_number: 0, exposure_s: 'x' }))).toBe('');
  });

  test.each([
    [1 / 8000, '1/8000 s'],
    [0.0025575447570332483, '1/391 s'],
    [1 / 60, '1/60 s'],
    [0.25, '1/4 s'],
    [0.5, '0.5 s'],
    [1.3, '1.3 s'],
    [30, '30 s'],
  ])('%d s', (seconds, written) => {
    expect(shutter(seconds)).toBe(written);
  });

  test('with the comma of who writes so', async () => {
    await speak(['de']);
    expect(exposure(asset({ f_number: 2.8, exposure_s: 1 / 4000 }))).toBe('f/2,8 · 1/4000 s');
    await speak(['en-GB']);
  });
});

describe('when', () => {
  test.each([
    ['second', 'Wednesday, 14 July 2021', '15:04'],
    ['day', 'Wednesday, 14 July 2021', ''],
    ['month', 'July 2021', ''],
    ['year', '2021', ''],
  ])('known to the %s', (precision, day, clock) => {
    const told = moment({ ...TAKEN, precision });
    expect(told.day.replace('Wednesday 14', 'Wednesday, 14')).toBe(day);
    expect(told.clock).toBe(clock);
  });

  test.each([
    ['EXIF:DateTimeOriginal', 'exact', 'from the camera (EXIF)'],
    ['EXIF:DateTimeOriginal', 'local', 'from the camera (EXIF), time zone not known'],
    ['XMP:DateCreated', 'zone_by_gps', 'from its description (XMP), time zone from the position'],
    ['name:screenshot', 'name', 'from the file’s name'],
    ['file:mtime', 'guess', 'guessed from the file'],
    ['EXIF:DateTime', 'guess', 'from the camera (EXIF), hard to believe'],
    ['Novel:Tag', 'exact', 'from Novel:Tag'],
    ['toString:x', 'exact', 'from toString:x'],
    [null, null, ''],
  ])('%s, %s', (source, certainty, words) => {
    expect(origin({ ...TAKEN, source, certainty })).toBe(words);
  });

  test.each([
    [0, 'UTC+0'],
    [330, 'UTC+5:30'],
    [-570, 'UTC−9:30'],
    [-300, 'UTC−5'],
    [null, ''],
  ])('%s minutes', (minutes, written) => {
    expect(zone(minutes)).toBe(written);
  });
});

describe('where', () => {
  test('the names that are known', () => {
    expect(where(PARIS)).toBe('Paris, Île-de-France, France');
    expect(where({ ...PARIS, city: null })).toBe('Île-de-France, France');
    expect(where({ ...PARIS, region: 'Paris' })).toBe('Paris, France');
    expect(where(null)).toBe('');
  });

  test('a country nobody knows does no harm', () => {
    expect(where({ ...PARIS, city: null, region: null, country: '??' })).toBe('??');
  });

  test('degrees', () => {
    expect(coordinates(PARIS)).toBe('48.8584° N, 2.29448° E');
    expect(coordinates({ ...PARIS, latitude: -33.9, longitude: -18.4 })).toBe('33.9° S, 18.4° W');
  });
});

describe('the name', () => {
  test('of date and place', () => {
    expect(nameOf(asset(), undefined)).toBe('Photo, 14 July 2021, Paris');
    expect(nameOf(asset({}, { place: null, kind: 'video' }), undefined)).toBe(
      'Video, 14 July 2021',
    );
  });

  test('before more is known', () => {
    const item = { kind: 'video', local: '2020-01-02T03:04:05.000' } as Item;
    expect(nameOf(null, item)).toBe('Video, 2 January 2020');
    expect(nameOf(null, undefined)).toBe('Photo');
  });
});

test.each([
  ['Canon', 'Canon EOS R5', 'Canon EOS R5'],
  ['NIKON CORPORATION', 'NIKON D70', 'NIKON D70'],
  ['Apple', 'iPhone 11', 'Apple iPhone 11'],
  [null, 'X100', 'X100'],
  ['Sony', null, 'Sony'],
  [null, null, ''],
])('%s %s', (make, model, name) => {
  expect(camera({ make, model })).toBe(name);
});

test.each([
  ['image/jpeg', 'JPEG'],
  ['image/heic', 'HEIC'],
  ['image/x-adobe-dng', 'DNG'],
  ['video/quicktime', 'QuickTime'],
  ['video/mp4', 'MP4'],
])('%s', (mime, name) => {
  expect(typeName(mime)).toBe(name);
});

test('sizes', () => {
  expect(pixels({ kind: 'photo', width_px: 4032, height_px: 3024 })).toEqual([
    '12 MP',
    '4032 × 3024',
  ]);
  expect(pixels({ kind: 'photo', width_px: 1600, height_px: 1200 })[0]).toBe('1.9 MP');
  expect(pixels({ kind: 'video', width_px: 1920, height_px: 1080 })).toEqual(['1920 × 1080']);
  expect(pixels({ kind: 'photo', width_px: null, height_px: null })).toEqual([]);
  // So few that nobody counts them in millions.
  expect(pixels({ kind: 'photo', width_px: 100, height_px: 75 })).toEqual(['100 × 75']);
  expect(pixels({ kind: 'photo', width_px: 400, height_px: 300 })[0]).toBe('0.12 MP');
});

test('a caption has day and place, as far as they are known', () => {
  expect(captionOf(null)).toBe('');
  expect(captionOf(asset())).toMatch(/^Wednesday,? 14 July 2021 · Paris, /);
  expect(captionOf(asset({}, { place: null }))).toMatch(/^Wednesday,? 14 July 2021$/);
});

test('a day is one only where it is known', () => {
  expect(dayOf(TAKEN)).toBe('2021-07-14');
  expect(dayOf({ ...TAKEN, precision: 'day' })).toBe('2021-07-14');
  expect(dayOf({ ...TAKEN, precision: 'month' })).toBeNull();
  expect(dayOf({ ...TAKEN, local: null })).toBeNull();
});
