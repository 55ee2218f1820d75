import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { archiveAt, Away, Broken, inflated, Ranges } from '../../src/map/tiles/archive';
import { archive, tile, varint } from './tiles';

const TILE = tile({
  water: [
    [
      3,
      [
        [
          [0, 0],
          [9, 0],
          [9, 9],
        ],
      ],
      { kind: 'lake' },
    ],
  ],
});

/** A server that has a file, and notes what it is asked for. */
function serving(file: Uint8Array, etag = '"1"') {
  const asked: string[] = [];
  const state = { file, etag, status: 206 };
  const fetcher = (_: unknown, options?: RequestInit): Promise<Response> => {
    const range = new Headers(options?.headers).get('Range') ?? '';
    asked.push(range);
    const [from = 0, to = 0] = range.slice(6).split('-').map(Number);
    const body = state.status === 206 ? state.file.slice(from, to + 1) : null;
    return Promise.resolve(
      new Response(body, {
        status: state.status,
        headers: {
          ETag: state.etag,
          'Content-Range': `bytes ${from}-${Math.min(to, state.file.length - 1)}/${state.file.length}`,
        },
      }),
    );
  };
  return { asked, state, fetcher: fetcher as typeof fetch };
}

test('tiles are asked for by ranges', async () => {
  const { asked, fetcher } = serving(archive(TILE));
  const found = await archiveAt('http://own/tiles', fetcher).getZxy(0, 0, 0);
  expect(new Uint8Array(found!.data)).toEqual(TILE);
  expect(asked).toHaveLength(2);
  expect(asked[0]).toBe('bytes=0-16383');
  expect(await archiveAt('http://own/tiles', fetcher).getZxy(3, 0, 0)).toBeUndefined();
});

test('another file in its place is begun anew', async () => {
  const { state, fetcher } = serving(archive(TILE));
  const tiles = archiveAt('http://own/tiles', fetcher);
  await tiles.getZxy(0, 0, 0);
  const names = Array.from(
    { length: 50 },
    (_, at) => [1, [[[at, 1]]], { name: `${at * 7919}` }] as const,
  );
  const other = tile({ places: names });
  Object.assign(state, { file: archive(other), etag: '"2"' });
  expect(new Uint8Array((await tiles.getZxy(0, 0, 0))!.data)).toEqual(other);
});

test('a tile larger than any is not asked for', async () => {
  const { asked, fetcher } = serving(archive(TILE, { length: 3 << 20 }));
  await expect(archiveAt('http://own/tiles', fetcher).getZxy(0, 0, 0)).rejects.toThrow(Broken);
  expect(asked).toHaveLength(1);
});

test('a tile that would inflate to more than any is given up', async () => {
  const bomb = archive(new Uint8Array(9 << 20));
  const { fetcher } = serving(bomb);
  await expect(archiveAt('http://own/tiles', fetcher).getZxy(0, 0, 0)).rejects.toThrow(Broken);
  const data = gzipSync(new Uint8Array(100)).buffer;
  await expect(inflated(data.slice(0), 2, 99)).rejects.toThrow(Broken);
});

test('damage is told apart from a server that does not answer', async () => {
  const damaged = archive(TILE).slice();
  damaged.fill(0, 190);
  await expect(
    archiveAt('http://own/tiles', serving(damaged).fetcher).getZxy(0, 0, 0),
  ).rejects.toThrow();
  const { state, fetcher } = serving(archive(TILE));
  for (const status of [200, 401, 404, 503]) {
    state.status = status;
    await expect(new Ranges('http://own/tiles', fetcher).getBytes(0, 9)).rejects.toThrow(Away);
  }
  state.status = 416;
  await expect(new Ranges('http://own/tiles', fetcher).getBytes(0, 9)).rejects.toThrow(Broken);
  const gone = (() => Promise.reject(new TypeError('gone'))) as typeof fetch;
  await expect(new Ranges('http://own/tiles', gone).getBytes(0, 9)).rejects.toThrow(Away);
});

test('once it answers again it is not held against it', async () => {
  const { state, fetcher } = serving(archive(TILE));
  const tiles = archiveAt('http://own/tiles', fetcher);
  state.status = 503;
  await expect(tiles.getZxy(0, 0, 0)).rejects.toThrow(Away);
  state.status = 206;
  expect(await tiles.getZxy(0, 0, 0)).toBeDefined();
});

test('what breaks off on its way is away, not damaged', async () => {
  const file = archive(TILE);
  const headers = { ETag: '"1"', 'Content-Range': `bytes 0-99/${file.length}` };
  const lost = new ReadableStream({ start: (body) => body.error(new TypeError('lost')) });
  for (const body of [lost, file.slice(0, 40)]) {
    const broken = () => Promise.resolve(new Response(body, { status: 206, headers }));
    await expect(new Ranges('http://own/tiles', broken).getBytes(0, 100)).rejects.toThrow(Away);
  }
});

test('numbers are written as Protocol Buffers have them', () => {
  expect(varint(300)).toEqual([172, 2]);
});
