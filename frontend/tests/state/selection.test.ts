import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Item, PendingItem } from '../../src/api/types';
import { itemOf } from '../../src/model/unread';

vi.stubGlobal('document', { baseURI: 'http://127.0.0.1/' });
const { server } = await import('../../src/state/server');
const { selection, shownBy } = await import('../../src/state/selection.svelte');
const { TimelineSource } = await import('../../src/state/source.svelte');

/** Two days: three assets and two files that nobody has read yet, then four assets. */
const ASSETS = ['a0', 'a1', 'a2', 'b0', 'b1', 'b2', 'b3'];
const SIGNS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';

interface Asked {
  readonly day: string;
  readonly offset: number;
  readonly limit: number;
}

const asset = (digest: string): Item => ({
  ...itemOf({
    id: 1,
    name: `${digest}.jpg`,
    kind: 'photo',
    modified: '2024-05-02T10:00:00Z',
  } as PendingItem),
  digest,
});

async function opened(): Promise<{ source: InstanceType<typeof TimelineSource>; asked: Asked[] }> {
  const asked: Asked[] = [];
  vi.spyOn(server, 'getTagged').mockImplementation(((path: string) =>
    Promise.resolve({
      etag: path,
      value:
        path === '/api/v1/pending'
          ? { files: 2, days: [['2024-05-02', 2]] }
          : {
              cursor: '1',
              signs: SIGNS,
              days: [
                ['2024-05-02', 'W0'.repeat(3)],
                ['2024-05-01', 'W0'.repeat(4)],
              ],
            },
    })) as unknown as typeof server.getTagged);
  vi.spyOn(server, 'get').mockImplementation(((path: string, given: { query: Asked }) => {
    const { day, offset, limit } = given.query;
    if (path === '/api/v1/pending/items') {
      const files = [1, 2].map((id) => ({ id, name: `${id}.jpg`, kind: 'photo', modified: day }));
      return Promise.resolve({ items: files.slice(offset, offset + limit) });
    }
    asked.push({ day, offset, limit });
    const from = (day === '2024-05-02' ? 0 : 3) + offset;
    return Promise.resolve({ items: ASSETS.slice(from, from + limit).map(asset) });
  }) as unknown as typeof server.get);
  const source = new TimelineSource('', { unread: true });
  await source.load();
  return { source, asked };
}

afterEach(() => {
  selection.clear();
  vi.restoreAllMocks();
});

test('a key on what is not loaded selects it when it is', async () => {
  const { source } = await opened();
  const end = selection.over(shownBy(source));
  selection.pressAt(5);
  await vi.waitFor(() => expect(selection.settled).toBe(true));
  expect([...selection.marked]).toEqual(['b0']);
  // With shift from there on.
  selection.pressAt(8, true);
  await vi.waitFor(() => expect(selection.settled).toBe(true));
  expect([...selection.marked].sort()).toEqual(['b0', 'b1', 'b2', 'b3']);
  end();
});

describe('with files that nobody has read yet', () => {
  test('they are not counted, whatever is loaded', async () => {
    const { source } = await opened();
    const end = selection.over(shownBy(source));
    expect(selection.total).toBe(7);
    // The whole first day, nothing of which is loaded.
    selection.range({ from: 0, to: 4 }, true);
    expect(selection.count).toBe(3);
    await vi.waitFor(() => expect(selection.settled).toBe(true));
    expect([...selection.marked]).toEqual(['a0', 'a1', 'a2']);
    end();
  });

  test('what lies behind them is found at its place among the assets', async () => {
    const { source, asked } = await opened();
    const end = selection.over(shownBy(source));
    selection.range({ from: 2, to: 6 }, true);
    expect(selection.count).toBe(3);
    await vi.waitFor(() => expect(selection.settled).toBe(true));
    expect([...selection.marked]).toEqual(['a2', 'b0', 'b1']);
    expect(asked).toEqual([{ day: '2024-05-02', offset: 2, limit: 3 }]);
    end();
  });

  test('nor are they selected by what is loaded, by all, or by dragging over them', async () => {
    const { source } = await opened();
    await Promise.all([source.at(0), source.at(8)]);
    const end = selection.over(shownBy(source));
    const file = source.item(3)?.digest ?? '';
    expect(file).toBe('file:1');
    selection.range({ from: 0, to: 4 }, true);
    expect(selection.settled).toBe(true);
    expect(selection.hasAll({ from: 0, to: 4 })).toBe(true);
    expect(selection.has(file, 3)).toBe(false);
    selection.selectAll();
    expect(selection.count).toBe(7);
    expect(selection.has(file, 3)).toBe(false);
    selection.clear();
    selection.sweepFrom(4);
    selection.sweepTo(5);
    expect(selection.count).toBe(1);
    selection.sweepEnd();
    expect([...selection.marked]).toEqual(['b0']);
    end();
  });
});
