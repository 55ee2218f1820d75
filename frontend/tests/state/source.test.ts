import { afterEach, expect, test, vi } from 'vitest';
import type { Item, PendingItem } from '../../src/api/types';
import { itemOf } from '../../src/model/unread';

vi.stubGlobal('document', { baseURI: 'http://127.0.0.1/' });
const { server } = await import('../../src/state/server');
const { TimelineSource } = await import('../../src/state/source.svelte');

const SIGNS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
const DAY = '2024-05-02';

/** A library of one day, whose pictures all have the same form. */
let digests: string[];
let etag: string;
const asked = vi.fn();

function asset(digest: string): Item {
  const file = { id: 1, name: digest, kind: 'photo', modified: `${DAY}T10:00:00Z` };
  return { ...itemOf(file as PendingItem), digest };
}

function serve(...found: string[]): void {
  digests = found;
  etag = found.join();
  vi.spyOn(server, 'getTagged').mockImplementation(((
    path: string,
    known: { etag: string } | null,
  ) => {
    asked(path);
    if (known?.etag === etag) return Promise.resolve(known);
    if (path === '/api/v1/pending') return Promise.resolve({ etag, value: { files: 0, days: [] } });
    const days = [[DAY, 'VV'.repeat(digests.length)]];
    return Promise.resolve({ etag, value: { cursor: '1', signs: SIGNS, days } });
  }) as typeof server.getTagged);
  vi.spyOn(server, 'get').mockImplementation(((_: string, given: { query: { order: string } }) => {
    const items = digests.map(asset);
    if (given.query.order === 'taken') items.reverse();
    return Promise.resolve({ items });
  }) as typeof server.get);
}

async function opened(): Promise<InstanceType<typeof TimelineSource>> {
  const source = new TimelineSource('', { unread: true });
  await source.load();
  source.want(0, 3);
  await vi.waitFor(() => expect(source.item(0)).toBeDefined());
  return source;
}

const seen = (source: InstanceType<typeof TimelineSource>): (string | undefined)[] =>
  [0, 1, 2].map((at) => source.item(at)?.digest);

afterEach(() => {
  vi.restoreAllMocks();
  asked.mockReset();
});

test('who asks while the first shape is on its way waits for the same one', async () => {
  serve('a', 'b', 'c');
  const source = new TimelineSource('', { unread: true });
  await Promise.all([source.load(), source.load()]);
  expect(asked.mock.calls.flat().sort()).toEqual(['/api/v1/pending', '/api/v1/timeline']);
  // Later it may be news.
  await Promise.all([source.load(), source.load()]);
  expect(asked).toHaveBeenCalledTimes(6);
});

test('another order of the same form has other pictures', async () => {
  serve('a', 'b', 'c');
  const source = await opened();
  expect(seen(source)).toEqual(['a', 'b', 'c']);
  etag = 'taken';
  await source.setOrder('taken');
  source.want(0, 3);
  await vi.waitFor(() => expect(seen(source)).toEqual(['c', 'b', 'a']));
});

/** Have the next request for a shape fail, once what is returned is called. */
function fail(): () => void {
  const told = vi.mocked(server.getTagged).getMockImplementation() as typeof server.getTagged;
  let refuse = (): void => undefined;
  const failing = new Promise<never>((_, reject) => {
    refuse = () => reject(new Error('gone'));
  });
  vi.mocked(server.getTagged).mockImplementation(((path: string, known: never) => {
    if (path !== '/api/v1/timeline') return told('/api/v1/pending', known);
    vi.mocked(server.getTagged).mockImplementation(told);
    return failing;
  }) as typeof server.getTagged);
  return refuse;
}

test('what is shown is asked for in its own order, until another one has come', async () => {
  serve('a', 'b', 'c');
  const source = new TimelineSource('', { unread: true });
  await source.load();
  const refuse = fail();
  const loading = source.setOrder('taken');
  source.want(0, 3);
  expect(await source.assets(0, 3)).toEqual(['a', 'b', 'c'].map(asset));
  await vi.waitFor(() => expect(seen(source)).toEqual(['a', 'b', 'c']));
  refuse();
  await loading;
  vi.mocked(server.get).mockResolvedValue({ day: DAY, offset: 0 } as never);
  await source.find('d');
  expect(server.get).toHaveBeenCalledWith('/api/v1/timeline/position', {
    query: { digest: 'd', order: 'local' },
  });
});

test('an order chosen while a request is on its way comes, even if that one fails', async () => {
  serve('a', 'b', 'c');
  const source = await opened();
  const refuse = fail();
  const loading = source.load();
  etag = 'taken';
  void source.setOrder('taken');
  refuse();
  await loading;
  source.want(0, 3);
  await vi.waitFor(() => expect(seen(source)).toEqual(['c', 'b', 'a']));
});

test('a picture in the place of another of the same form is seen', async () => {
  serve('a', 'b', 'c');
  const source = await opened();
  serve('new', 'a', 'c');
  source.take([asset('new')]);
  await source.load();
  expect(seen(source)).toEqual(['new', 'a', 'c']);
});

test('it is seen, too, where the shape was told before the change', async () => {
  serve('a', 'b', 'c');
  const source = await opened();
  serve('new', 'a', 'c');
  await source.load();
  expect(seen(source)).toEqual(['a', 'b', 'c']);
  source.take([asset('new')]);
  await source.load();
  expect(seen(source)).toEqual(['new', 'a', 'c']);
});

test('news of a picture that stands where it stood costs nothing', async () => {
  serve('a', 'b', 'c');
  const source = await opened();
  const get = vi.spyOn(server, 'get');
  get.mockClear();
  source.take([{ ...asset('b'), picture: 'ready' }]);
  expect(source.item(1)?.picture).toBe('ready');
  await source.load();
  expect(get).not.toHaveBeenCalled();
});
