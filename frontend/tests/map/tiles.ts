/** Vector tiles and files of them, for tests: as few bytes as will do. */

import { gzipSync } from 'node:zlib';

type Feature = readonly [
  type: number,
  parts: readonly (readonly (readonly [number, number])[])[],
  words: Readonly<Record<string, string | number>>,
];

export const [POINT, LINE, AREA] = [1, 2, 3];

export function varint(number: number): number[] {
  const out: number[] = [];
  while (number > 127) {
    out.push((number % 128) + 128);
    number = Math.floor(number / 128);
  }
  return [...out, number];
}

function field(number: number, value: readonly number[] | number): number[] {
  if (typeof value === 'number') return [...varint(number * 8), ...varint(value)];
  return [...varint(number * 8 + 2), ...varint(value.length), ...value];
}

function text(value: string): number[] {
  return [...new TextEncoder().encode(value)];
}

function geometry(type: number, parts: Feature[1]): number[] {
  const out: number[] = [];
  let [x, y] = [0, 0];
  for (const part of parts) {
    part.forEach(([toX, toY], at) => {
      if (at === 0) out.push(9);
      else if (at === 1) out.push(2 + (part.length - 1) * 8);
      out.push(...[toX - x, toY - y].map((by) => (by < 0 ? -2 * by - 1 : 2 * by)));
      [x, y] = [toX, toY];
    });
    if (type === AREA) out.push(15);
  }
  return out.flatMap(varint);
}

export function tile(
  layers: Readonly<Record<string, readonly Feature[]>>,
  extent = 4096,
): Uint8Array {
  const out = Object.entries(layers).flatMap(([name, features]) => {
    const keys: string[] = [];
    const values: (string | number)[] = [];
    const at = <Value>(all: Value[], one: Value): number => {
      if (!all.includes(one)) all.push(one);
      return all.indexOf(one);
    };
    const drawn = features.flatMap(([type, parts, words]) => {
      const tags = Object.entries(words).flatMap(([key, value]) => [
        ...varint(at(keys, key)),
        ...varint(at(values, value)),
      ]);
      return field(2, [...field(2, tags), ...field(3, type), ...field(4, geometry(type, parts))]);
    });
    const layer = [
      ...field(15, 2),
      ...field(1, text(name)),
      ...drawn,
      ...keys.flatMap((key) => field(3, text(key))),
      ...values.flatMap((value) =>
        field(4, typeof value === 'string' ? field(1, text(value)) : field(4, value)),
      ),
      ...field(5, extent),
    ];
    return field(3, layer);
  });
  return Uint8Array.from(out);
}

/** A file with one tile, that of the whole world. */
export function archive(content: Uint8Array, told: { readonly length?: number } = {}): Uint8Array {
  const data = gzipSync(content);
  const entry = [1, 0, 1, told.length ?? data.length, 1].flatMap(varint);
  const root = gzipSync(Uint8Array.from(entry));
  const head = new DataView(new ArrayBuffer(127));
  text('PMTiles').forEach((byte, at) => head.setUint8(at, byte));
  head.setUint8(7, 3);
  const behind = 127 + root.length;
  [127, root.length, behind, 0, behind, 0, behind, data.length].forEach((number, at) =>
    head.setBigUint64(8 + 8 * at, BigInt(number), true),
  );
  [1, 2, 2, 1, 0, 0].forEach((byte, at) => head.setUint8(96 + at, byte));
  return Uint8Array.from([...new Uint8Array(head.buffer), ...root, ...data]);
}
