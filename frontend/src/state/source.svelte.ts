/** The timeline as a source: the library, or what a search finds in it. */

import type { Tagged } from '../api/client';
import type { Item, PendingShape, Shape as Told } from '../api/types';
import {
  countOf,
  dayAt,
  kept,
  partsOf,
  positionOfDay,
  reading,
  startOf,
  withFiles,
  type Part,
  type Shape,
} from '../model/shape';
import { inSlices } from '../model/slices';
import { itemOf } from '../model/unread';
import { Items, PAGE } from './items.svelte';
import { server } from './server';

export type { Neighbours, Source } from './items.svelte';
export type Order = 'local' | 'taken';

const MOST = 1_000;

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly ending: AbortController;
}

/** The library, or what a search finds in it. */
export class TimelineSource extends Items {
  readonly q: string;
  /** The order that is wanted; the shape has another one until the next has come. */
  #order = $state<Order>('local');
  /** The answer itself is read once, and not kept: only its tag is. */
  #tagged: Tagged<Told> | null = null;
  #cursor = '';
  /** The shape without files that are still to be read, and those. */
  #assets: Shape | null = null;
  readonly #withUnread: boolean;
  #unread: Tagged<PendingShape> | null = null;
  #asked: Asked[] = [];
  #watched = { from: 0, to: 0 };
  #loading: Promise<void> | null = null;
  #again = false;
  /** The order of the shape, and days of which what is known may not be right any more. */
  #known: Order = 'local';
  #stale = new Set<string>();

  /** @param unread whether files that nobody has read yet are shown, too. */
  constructor(q = '', { unread = false } = {}) {
    super();
    this.q = q;
    this.#withUnread = unread;
  }

  /** How many files of those that are shown are still to be read. */
  get unread(): number {
    return this.#unread?.value.files ?? 0;
  }

  get order(): Order {
    return this.#order;
  }

  /** For `/api/v1/changes`: what comes after it is not in the shape. */
  get cursor(): string {
    return this.#cursor;
  }

  async setOrder(order: Order): Promise<void> {
    if (order === this.#order) return;
    this.#order = order;
    this.#tagged = null;
    this.#again = true;
    await this.load();
  }

  load(): Promise<void> {
    if (this.#loading) {
      // What is on its way may be from before the change; the first is news in any case.
      this.#again ||= this.shape !== null;
      return this.#loading;
    }
    this.#loading = this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  want(from: number, to: number): void {
    this.#watched = { from, to };
    this.#asked = this.#asked.filter((one) => {
      const wanted = one.from < to && one.to > from;
      if (!wanted) one.ending.abort();
      return wanted;
    });
    this.forget(from, to);
    const missing = this.#missing(from, to);
    if (!missing) return;
    const ending = new AbortController();
    const asked = { ...missing, ending };
    this.#asked.push(asked);
    this.fetch(missing.from, missing.to, ending.signal)
      .catch(() => undefined) // The connection's own state tells of it; scrolling asks again.
      .finally(() => {
        this.#asked = this.#asked.filter((one) => one !== asked);
      });
  }

  override take(items: readonly Item[]): void {
    // A shape may be the same as before, and other pictures in it.
    for (const item of items) {
      const before = this.item(this.positionOf(item.digest) ?? -1);
      if (before?.local === item.local && before.taken === item.taken) continue;
      const day = this.#dayOf(item);
      if (day) this.#stale.add(day);
    }
    super.take(items);
  }

  #dayOf(item: Item): string | undefined {
    return (this.#known === 'taken' ? item.taken : item.local)?.slice(0, 10);
  }

  async find(digest: string): Promise<number | undefined> {
    if (!this.shape) await this.load();
    const known = this.positionOf(digest);
    if (known !== undefined || !this.shape) return known;
    const order = this.#known;
    const query = { digest, order, ...(this.q && { q: this.q }) };
    const { day, offset } = await server.get('/api/v1/timeline/position', { query });
    if (order !== this.#known) return this.find(digest);
    const start = day === null ? undefined : startOf(this.shape, day);
    if (start === undefined || offset === null) return undefined;
    // The shape may be a little older than the answer: what stands around it will hold it.
    const at = start + offset;
    await this.fetch(Math.max(0, at - PAGE), at + PAGE);
    return this.positionOf(digest);
  }

  protected async fetch(from: number, to: number, signal?: AbortSignal): Promise<void> {
    const { shape } = this;
    if (!shape || from >= countOf(shape)) return;
    const items = await this.#get(shape, from, to, signal);
    // Another shape has come meanwhile: these may stand elsewhere now.
    if (this.shape === shape) this.put(items);
  }

  async #get(
    shape: Shape,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<Map<number, Item>> {
    const { assets, files } = partsOf(shape, from, Math.min(to, from + MOST, countOf(shape)));
    const both = await Promise.all([
      assets && this.#getAssets(assets, signal),
      files && this.#getFiles(files, signal),
    ]);
    const items = new Map<number, Item>();
    [assets, files].forEach((part, kind) => {
      both[kind]?.forEach((item, at) => {
        const position = part?.positions[at];
        if (position !== undefined) items.set(position, item);
      });
    });
    return items;
  }

  /** Assets from one position to before another, without files that are still to be read. */
  async assets(from: number, to: number, signal?: AbortSignal): Promise<readonly Item[]> {
    const { shape } = this;
    if (!shape || from >= countOf(shape)) return [];
    const { assets } = partsOf(shape, from, Math.min(to, from + MOST, countOf(shape)));
    return assets ? this.#getAssets(assets, signal) : [];
  }

  async #getAssets(part: Part, signal?: AbortSignal): Promise<readonly Item[]> {
    const { day, offset, positions } = part;
    const order = this.#known;
    const query = { day, offset, limit: positions.length, order, ...(this.q && { q: this.q }) };
    const given = { query, ...(signal && { signal }) };
    return (await server.get('/api/v1/timeline/items', given)).items;
  }

  async #getFiles(part: Part, signal?: AbortSignal): Promise<readonly Item[]> {
    const { day, offset, positions } = part;
    const query = { day, offset, limit: positions.length };
    const given = { query, ...(signal && { signal }) };
    return (await server.get('/api/v1/pending/items', given)).items.map(itemOf);
  }

  #missing(from: number, to: number): { from: number; to: number } | null {
    const coming = (at: number): boolean => this.#asked.some((o) => o.from <= at && at < o.to);
    const lacks = (at: number): boolean => !this.byPosition.has(at) && !coming(at);
    const count = this.shape ? countOf(this.shape) : 0;
    let first = Math.max(0, from);
    let end = Math.min(to, count);
    while (first < end && !lacks(first)) first++;
    while (end > first && !lacks(end - 1)) end--;
    if (first >= end) return null;
    const [low, high] = [Math.floor(first / PAGE) * PAGE, Math.ceil(end / PAGE) * PAGE];
    // Whole pages, so that scrolling by a row is not one request; not what is there already.
    while (first > low && lacks(first - 1)) first--;
    while (end < Math.min(high, count) && lacks(end)) end++;
    return { from: first, to: Math.min(end, first + MOST) };
  }

  async #load(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#refresh();
      } catch (error) {
        if (!this.#again && !this.shape) this.failed(error);
      }
    } while (this.#again);
  }

  async #refresh(): Promise<void> {
    const order = this.#order;
    const query = { order, ...(this.q && { q: this.q }) };
    const [answer, unread] = await Promise.all([
      server.getTagged('/api/v1/timeline', this.#tagged, { query }),
      this.#withUnread ? server.getTagged('/api/v1/pending', this.#unread) : null,
    ]);
    const same = answer === this.#tagged && unread === this.#unread && !this.#stale.size;
    if (order !== this.#order || same) return;
    const { cursor } = answer.value;
    const assets = answer === this.#tagged ? this.#assets : null;
    this.#assets = assets ?? (await inSlices(reading(answer.value)));
    this.#unread = unread;
    const shape = withFiles(this.#assets, unread?.value.days ?? []);
    const stale = this.#stale;
    this.#stale = new Set();
    const items = this.#known === order ? await this.#prepared(shape, stale) : new Map();
    this.#known = order;
    for (const one of this.#asked) one.ending.abort();
    this.#asked = [];
    this.#tagged = { etag: answer.etag, value: { cursor, signs: '', days: [] } };
    this.#cursor = cursor;
    this.replace(shape, items);
  }

  /** What is known of the items, at their places in another shape; what is looked at, all of it. */
  async #prepared(shape: Shape, stale: ReadonlySet<string>): Promise<Map<number, Item>> {
    const items = new Map<number, Item>();
    const old = this.shape;
    if (!old || !countOf(old) || !countOf(shape)) return items;
    const places = kept(old, shape).map((place, day) =>
      stale.has(old.days[day] ?? '') ? -1 : place,
    );
    for (const [position, item] of this.byPosition) {
      const day = dayAt(old, position);
      const place = places[day] ?? -1;
      if (place >= 0) items.set(place + position - (old.starts[day] ?? 0), item);
    }
    const { from, to } = this.#watched;
    const last = Math.min(to, countOf(old));
    for (let at = from; at < last;) {
      const day = dayAt(old, at);
      const end = Math.min(old.starts[day + 1] ?? last, last);
      if ((places[day] ?? -1) < 0) await this.#prepareDay(old, shape, day, at, end, items);
      at = end;
    }
    return items;
  }

  /** A day that has changed while it is looked at: who stands there now? */
  async #prepareDay(
    old: Shape,
    shape: Shape,
    day: number,
    from: number,
    to: number,
    items: Map<number, Item>,
  ): Promise<void> {
    const start = positionOfDay(shape, old.days[day] ?? '');
    const now = dayAt(shape, start);
    if (shape.days[now] !== old.days[day]) return;
    const end = shape.starts[now + 1] ?? start;
    const [oldStart, oldEnd] = [old.starts[day] ?? 0, old.starts[day + 1] ?? 0];
    const more = end - start - (oldEnd - oldStart);
    const first = Math.max(start, start + from - oldStart + Math.min(0, more));
    const behind = Math.min(end, start + to - oldStart + Math.max(0, more), first + MOST);
    if (first >= behind) return;
    const found = await this.#get(shape, first, behind).catch(() => new Map<number, Item>());
    for (const [position, item] of found) items.set(position, item);
  }
}
