/**
 * What a grid shows: the library, what a search finds, a folder, an area. All of them are sources:
 * a shape that is known at once, and items that come when they are wanted.
 */

import type { Item } from '../api/types';
import { countOf, type Shape } from '../model/shape';

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

/** Whole pages are asked for, so that scrolling by a row is not one request. */
export const PAGE = 64;
const MOST_KEPT = 6_000;
const KEPT_AROUND = 2_000;

/** What all sources have: items by position, and the way back. */
export abstract class Items implements Source {
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
