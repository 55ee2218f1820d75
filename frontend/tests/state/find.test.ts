import { afterEach, expect, test, vi } from 'vitest';
import type { Item } from '../../src/api/types';

vi.stubGlobal('document', { baseURI: 'http://127.0.0.1/' });
const { server } = await import('../../src/state/server');
const { TimelineSource } = await import('../../src/state/source.svelte');

const SIGNS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
const DAYS = [
  ['2024-05-03', 3],
  ['2024-05-02', 70_000],
  ['2024-05-01', 4],
] as const;

interface Query {
  readonly day: string;
  readonly offset: number;
  readonly limit: number;
  readonly digest: string;
  readonly order: string;
  readonly q?: string;
}

const asked: { readonly path: string; readonly query: Query }[] = [];
/** How many have come to the day of 70,000 since its shape was told. */
let fresh = 0;

function standing({ digest }: Query): unknown {
  const [day, at] = digest.split('/');
  const known = DAYS.some(([one]) => one === day) && Number(at) >= 0;
  return known ? { day, offset: Number(at) + fresh } : { day: day === '' ? null : day, offset: 0 };
}

function answer(path: string, { query }: { query: Query }): unknown {
  asked.push({ path, query });
  if (path === '/api/v1/timeline/position') return standing(query);
  const items: Partial<Item>[] = [];
  let left = query.offset;
  for (const [day, count] of DAYS) {
    if (day > query.day) continue;
    const now = count + (count === 70_000 ? fresh : 0);
    for (let at = left; at < now && items.length < query.limit; at++) {
      items.push({ digest: `${day}/${at - (now - count)}` });
    }
    left = Math.max(0, left - now);
  }
  return { items };
}

function source(q = ''): InstanceType<typeof TimelineSource> {
  const days = DAYS.map(([day, count]) => [day, 'W0'.repeat(count)]);
  vi.spyOn(server, 'getTagged').mockResolvedValue({
    etag: '1',
    value: { cursor: '1', signs: SIGNS, days },
  } as never);
  vi.spyOn(server, 'get').mockImplementation((async (path: string, given: { query: Query }) =>
    answer(path, given)) as never);
  return new TimelineSource(q);
}

afterEach(() => {
  asked.length = 0;
  fresh = 0;
  vi.restoreAllMocks();
});

test('one of 70,000 of a day is found with two requests, and who stands beside it', async () => {
  const found = await source().neighbours('2024-05-02/43210');
  expect(found).toMatchObject({
    position: 43_213,
    newer: { digest: '2024-05-02/43209' },
    older: { digest: '2024-05-02/43211' },
  });
  expect(asked.map((one) => one.path)).toEqual([
    '/api/v1/timeline/position',
    '/api/v1/timeline/items',
  ]);
  expect(asked[1]?.query.limit).toBeLessThanOrEqual(200);
});

test.each(['2024-05-02/0', '2024-05-02/69999', '2024-05-03/0', '2024-05-01/3'])(
  'at the borders: %s',
  async (digest) => {
    const timeline = source();
    const position = await timeline.find(digest);
    expect(timeline.item(position ?? -1)?.digest).toBe(digest);
  },
);

test('photos that came while one looked do not hide it', async () => {
  fresh = 5;
  const timeline = source();
  expect(await timeline.find('2024-05-02/100')).toBeDefined();
});

test('what is not shown, or of a day that has come since, has no position', async () => {
  expect(await source().find('')).toBeUndefined();
  expect(await source().find('2024-06-01')).toBeUndefined();
  expect(asked.filter((one) => one.path.endsWith('items'))).toEqual([]);
});

test('where it stands among what is found is asked with the search', async () => {
  await source('rome').find('2024-05-02/7');
  expect(asked.map((one) => one.query.q)).toEqual(['rome', 'rome']);
});

test('an order that comes while one is looked for is the one it is found in', async () => {
  const timeline = source();
  await timeline.load();
  const answers = vi.mocked(server.get).getMockImplementation() as typeof server.get;
  vi.mocked(server.get).mockImplementationOnce((async (path: never, given: never) => {
    vi.mocked(server.get).mockImplementation(answers);
    const found = await answers(path, given);
    await timeline.setOrder('taken');
    return found;
  }) as never);
  await timeline.find('2024-05-02/7');
  const orders = asked.filter((one) => one.path.endsWith('position'));
  expect(orders.map((one) => one.query.order)).toEqual(['local', 'taken']);
});
