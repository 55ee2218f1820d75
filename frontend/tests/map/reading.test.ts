import fc from 'fast-check';
import { expect, test } from 'vitest';
import { longestRun, readTile } from '../../src/map/tiles/reading';
import { AREA, LINE, POINT, tile, varint } from './tiles';

function drawn(bytes: Uint8Array) {
  const kinds: Record<string, string[]> = {};
  const names = readTile(
    bytes,
    (kind) => {
      const said = (kinds[kind] ??= []);
      return {
        moveTo: (x, y) => said.push(`M${x} ${y}`),
        lineTo: (x, y) => said.push(`L${x} ${y}`),
        closePath: () => said.push('Z'),
      };
    },
    'de',
  );
  return { kinds, names };
}

const SQUARE = [
  [0, 0],
  [64, 0],
  [64, 64],
] as const;

test('features are drawn by their kinds, in units of our own', () => {
  const { kinds } = drawn(
    tile(
      {
        water: [[AREA, [SQUARE], { kind: 'lake' }]],
        roads: [[LINE, [SQUARE.slice(0, 2)], { kind: 'highway' }]],
        pois: [[POINT, [[[1, 1]]], { kind: 'cafe', name: 'Central' }]],
      },
      512,
    ),
  );
  expect(kinds).toEqual({
    water: ['M0 0', 'L512 0', 'L512 512', 'L0 0', 'Z'],
    highway: ['M0 0', 'L512 0'],
  });
});

test('names are in the language of the user, the important ones first', () => {
  const place = (x: number, words: Record<string, string | number>) =>
    [POINT, [[[x, 5]]], { kind: 'locality', ...words }] as const;
  const { names } = drawn(
    tile({
      places: [
        place(9, { name: 'Graz', kind_detail: 'town', population_rank: 8 }),
        place(5, { name: 'Vienna', 'name:de': 'Wien', kind_detail: 'city', population_rank: 13 }),
        place(-3, { name: 'Beyond', kind_detail: 'city' }),
        place(7, { name: 'x'.repeat(61) }),
      ],
    }),
  );
  expect(names.map(({ text, kind }) => [text, kind])).toEqual([
    ['Wien', 'city'],
    ['Graz', 'town'],
  ]);
});

test('a road is named once, where it is straight for longest', () => {
  const road = (line: readonly (readonly [number, number])[]) =>
    [LINE, [line], { kind: 'minor_road', name: 'Ring' }] as const;
  const { names } = drawn(
    tile({
      roads: [
        road([
          [0, 0],
          [100, 0],
        ]),
        road([
          [-500, 1000],
          [0, 1000],
          [400, 1010],
          [800, 1000],
          [800, 1200],
        ]),
      ],
    }),
  );
  expect(names).toHaveLength(1);
  expect(names[0]).toMatchObject({ x: 400, y: 1000, length: 800, kind: 'road' });
});

test('no run of a name bends, leaves the tile, or stands on its head', () => {
  const spot = fc.tuple(fc.integer({ min: -500, max: 4600 }), fc.integer({ min: -500, max: 4600 }));
  fc.assert(
    fc.property(fc.array(spot, { maxLength: 12 }), (line) => {
      const run = longestRun(line);
      if (!run) return;
      expect(Math.abs(run.angle)).toBeLessThanOrEqual(Math.PI / 2);
      for (const side of [-0.5, 0.5]) {
        const end = [
          run.x + Math.cos(run.angle) * run.length * side,
          run.y + Math.sin(run.angle) * run.length * side,
        ];
        const isThere = line.some(([x, y]) => Math.hypot(x - end[0]!, y - end[1]!) < 0.01);
        expect(isThere).toBe(true);
      }
      expect(Math.min(run.x, run.y)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('what one tile may cost is bounded', () => {
  const line = Array.from({ length: 1_000 }, (_, at) => [at % 7, at % 11] as const);
  const many = Array.from({ length: 700 }, () => [LINE, [line], { kind: 'path' }] as const);
  const { kinds } = drawn(tile({ roads: many }));
  expect(kinds['path']!.length).toBeLessThanOrEqual(600_000);
  expect(kinds['path']!.length).toBeGreaterThan(500_000);
});

test('damaged bytes throw, or draw something: they never hang', () => {
  const sound = tile({ roads: [[LINE, [SQUARE], { kind: 'highway', name: 'A1' }]] });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: sound.length - 1 }), fc.uint8Array(), (at, bytes) => {
      const damaged = sound.slice();
      damaged.set(bytes.slice(0, damaged.length - at), at);
      try {
        drawn(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
  );
});

test('a few bytes cannot make points without end', () => {
  // A layer with a name and one lake: MoveTo, then ClosePath 30,000,000 times.
  const commands = [9, 0, 0, ...varint(7 + 30_000_000 * 8), 0];
  const lake = [0x18, AREA, 0x22, commands.length, ...commands];
  const name = [...'water'].map((sign) => sign.charCodeAt(0));
  const layer = [0x0a, name.length, ...name, 0x12, lake.length, ...lake, 0x78, 2];
  expect(() => drawn(Uint8Array.from([0x1a, layer.length, ...layer]))).toThrow('closed');
});
