/**
 * What a grid shows: the library, what a search finds, a folder, an area. All of them are sources:
 * a shape that is known at once, and items that come when they are wanted.
 */

import type { Tagged } from '../api/client';
import type { Item, PendingShape, Shape as Told } from '../api/types';
import {
  codeOf,
  countOf,
  dayAt,
  kept,
  partsOf,
  positionOfDay,
  reading,
  withFiles,
  type Part,
  type Shape,
} from '../model/shape';
import { inSlices } from '../model/slices';
import { itemOf } from '../model/unread';
import { server } from './server';

export type Order = 'local' | 'taken';

/** Who stands beside an asset in the order of the grid. */
export interface Neighbours {
  readonly position: number;
  readonly count: number;
  readonly newer: Item | undefined;
  readonly older: Item | undefined;
}

/** Positions count from 0, in the order of the grid. Fields are reactive where they can be. */
export interface Source {
  /** Null before the first one has come. */
  readonly shape: Shape | null;
  /** Why there is none. */
  readonly error: unknown;
  /** Another one after each change of what `item` and `positionOf` answer. */
  readonly version: number;
  /** Begin to load; again, what has changed since. */
  load(): Promise<void>;
  /** What is known already. */
  item(position: number): Item | undefined;
  positionOf(digest: string): number | undefined;
  /** Load what stands from one position to before another, and forget what was wanted before. */
  want(from: number, to: number): void;
  /** The item at a position, loaded if need be; undefined where there is none. */
  at(position: number): Promise<Item | undefined>;
  /** The position of an asset, looked for if need be; undefined where it is none of these. */
  find(digest: string): Promise<number | undefined>;
  neighbours(digest: string): Promise<Neighbours | undefined>;
  /** Take items that have changed, where they are known. */
  take(items: readonly Item[]): void;
}

const PAGE = 64;
const MOST = 1_000;
const MOST_KEPT = 6_000;
const KEPT_AROUND = 2_000;

/** What all sources have: items by position, and the way back. */
abstract class Items implements Source {
  #shape = $state.raw<Shape | null>(null);
  #error = $state.raw<unknown>(null);
  #version = $state(0);
  protected byPosition = new Map<number, Item>();
  #positions = new Map<string, number>();

  get shape(): Shape | null {
    return this.#shape;
  }

  get error(): unknown {
    return this.#error;
  }

  get version(): number {
    return this.#version;
  }

  abstract load(): Promise<void>;
  abstract want(from: number, to: number): void;
  abstract find(digest: string): Promise<number | undefined>;
  protected abstract fetch(from: number, to: number, signal?: AbortSignal): Promise<void>;

  item(position: number): Item | undefined {
    return this.byPosition.get(position);
  }

  positionOf(digest: string): number | undefined {
    return this.#positions.get(digest);
  }

  async at(position: number): Promise<Item | undefined> {
    if (position < 0 || position >= (this.shape ? countOf(this.shape) : 0)) return undefined;
    if (!this.byPosition.has(position)) {
      const from = Math.floor(position / PAGE) * PAGE;
      await this.fetch(from, from + PAGE);
    }
    return this.byPosition.get(position);
  }

  async neighbours(digest: string): Promise<Neighbours | undefined> {
    const position = await this.find(digest);
    if (position === undefined || !this.shape) return undefined;
    const [newer, older] = await Promise.all([this.at(position - 1), this.at(position + 1)]);
    return { position, count: countOf(this.shape), newer, older };
  }

  take(items: readonly Item[]): void {
    let changed = false;
    for (const item of items) {
      const position = this.#positions.get(item.digest);
      if (position === undefined) continue;
      this.byPosition.set(position, item);
      changed = true;
    }
    if (changed) this.changed();
  }

  protected changed(): void {
    this.#version += 1;
  }

  protected put(items: ReadonlyMap<number, Item>): void {
    for (const [position, item] of items) {
      this.byPosition.set(position, item);
      this.#positions.set(item.digest, position);
    }
    this.changed();
  }

  protected replace(shape: Shape, items: Map<number, Item>): void {
    this.byPosition = items;
    this.#positions = new Map([...items].map(([position, item]) => [item.digest, position]));
    this.#shape = shape;
    this.#error = null;
    this.changed();
  }

  protected failed(error: unknown): void {
    this.#error = error;
  }

  /** Forget what is far away, when there is much. */
  protected forget(from: number, to: number): void {
    if (this.byPosition.size <= MOST_KEPT) return;
    for (const [position, item] of this.byPosition) {
      if (position >= from - KEPT_AROUND && position < to + KEPT_AROUND) continue;
      this.byPosition.delete(position);
      if (this.#positions.get(item.digest) === position) this.#positions.delete(item.digest);
    }
  }
}

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly ending: AbortController;
}

/** The library, or what a search finds in it. */
export class TimelineSource extends Items {
  readonly q: string;
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
    await this.load();
  }

  load(): Promise<void> {
    if (this.#loading) {
      // What is on its way may be from before the change.
      this.#again = true;
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

  async find(digest: string): Promise<number | undefined> {
    if (!this.shape) await this.load();
    const known = this.positionOf(digest);
    if (known !== undefined || !this.shape) return known;
    const asset = await server.get('/api/v1/assets/{digest}', { path: { digest } });
    const { local, instant } = asset.taken;
    const day = (this.#order === 'taken' ? instant : local)?.slice(0, 10);
    if (!day) return undefined;
    const from = positionOfDay(this.shape, day);
    const number = dayAt(this.shape, from);
    if (this.shape.days[number] !== day) return undefined;
    const end = this.shape.starts[number + 1] ?? 0;
    for (let at = from; at < end; at += MOST) {
      await this.fetch(at, Math.min(at + MOST, end));
      const found = this.positionOf(digest);
      if (found !== undefined) return found;
    }
    return undefined;
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
    const order = this.#order;
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
        if (!this.shape) this.failed(error);
        return;
      }
    } while (this.#again);
  }

  async #refresh(): Promise<void> {
    const order = this.#order;
    const answer = await server.getTagged('/api/v1/timeline', this.#tagged, {
      query: { order, ...(this.q && { q: this.q }) },
    });
    const unread = this.#withUnread
      ? await server.getTagged('/api/v1/pending', this.#unread)
      : this.#unread;
    if (order !== this.#order || (answer === this.#tagged && unread === this.#unread)) return;
    const { cursor } = answer.value;
    const assets = answer === this.#tagged ? this.#assets : null;
    this.#assets = assets ?? (await inSlices(reading(answer.value)));
    this.#unread = unread;
    const shape = withFiles(this.#assets, unread?.value.days ?? []);
    const items = await this.#prepared(shape);
    for (const one of this.#asked) one.ending.abort();
    this.#asked = [];
    this.#tagged = { etag: answer.etag, value: { cursor, signs: '', days: [] } };
    this.#cursor = cursor;
    this.replace(shape, items);
  }

  /** What is known of the items, at their places in another shape; what is looked at, all of it. */
  async #prepared(shape: Shape): Promise<Map<number, Item>> {
    const items = new Map<number, Item>();
    const old = this.shape;
    if (!old || !countOf(old) || !countOf(shape)) return items;
    const places = kept(old, shape);
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

/** Some items and how to have more, as lists of the API give them. */
export interface ItemPage {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/**
 * A list that is read page by page: of a folder, of an area. Its shape grows while one scrolls.
 */
export class ListSource extends Items {
  readonly #read: (cursor: string | undefined) => Promise<ItemPage>;
  readonly #headings: boolean;
  #all: Item[] = [];
  #next: string | null | undefined;
  #loading: Promise<void> | null = null;

  /**
   * @param read one page, the first without a cursor.
   * @param headings whether it goes by days and shows them.
   */
  constructor(read: (cursor: string | undefined) => Promise<ItemPage>, { headings = false } = {}) {
    super();
    this.#read = read;
    this.#headings = headings;
  }

  /** Whether there is more than the shape says. */
  get more(): boolean {
    return this.#next !== null;
  }

  load(): Promise<void> {
    return this.#next === undefined ? this.#more() : Promise.resolve();
  }

  want(_: number, to: number): void {
    if (to > this.#all.length - PAGE && this.more) void this.#more();
  }

  async find(digest: string): Promise<number | undefined> {
    while (this.positionOf(digest) === undefined && this.more && !this.error) await this.#more();
    return this.positionOf(digest);
  }

  override async at(position: number): Promise<Item | undefined> {
    while (position >= this.#all.length && this.more && !this.error) await this.#more();
    return this.#all[position];
  }

  protected async fetch(): Promise<void> {
    await this.#more();
  }

  #more(): Promise<void> {
    this.#loading ??= this.#read(this.#next ?? undefined)
      .then(
        (page) => {
          this.#next = page.next;
          this.#all = [...this.#all, ...page.items];
          this.replace(this.#shaped(), new Map(this.#all.entries()));
        },
        (error: unknown) => this.failed(error),
      )
      .finally(() => {
        this.#loading = null;
      });
    return this.#loading;
  }

  #shaped(): Shape {
    const codes = Uint16Array.from(this.#all, (one) => codeOf(one.width_px, one.height_px));
    const days: string[] = [];
    const starts: number[] = [];
    this.#all.forEach((item, at) => {
      const day = this.#headings ? item.local.slice(0, 10) : '';
      if (at && days.at(-1) === day) return;
      days.push(day);
      starts.push(at);
    });
    return { days, starts: Uint32Array.from([...starts, this.#all.length]), codes };
  }
}
