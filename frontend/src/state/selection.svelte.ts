/** What is selected in the place that is shown: `timeline/SelectableGrid.svelte` tells of it. */

import type { Item } from '../api/types';
import { between, MOST, Selection, type Range } from '../model/selection';
import { countOf, isRead, readIn } from '../model/shape';
import { fileOf } from '../model/unread';
import { TimelineSource, type Source } from './source.svelte';

/**
 * The assets in the order in which they are shown. Positions count from 0, the newest first; at
 * some of them may stand files that nobody has read yet: those are never selected.
 */
export interface Shown {
  /** How many assets there are. */
  readonly total: number;
  /** The search that finds all of them, empty for the whole library; null where none does. */
  readonly q: string | null;
  /** Whether an asset stands at a position. */
  isAsset(position: number): boolean;
  /** How many assets are in a range. */
  lengthOf(range: Range): number;
  /** The digest of the asset at a position, where it is loaded. */
  digestAt(position: number): string | undefined;
  /** All digests of a range, from the server where they are not loaded. */
  digests(range: Range, signal: AbortSignal): Promise<readonly string[]>;
}

/** What a grid shows, to be selected from. */
export function shownBy(source: Source): Shown {
  return {
    get total() {
      return source.shape ? readIn(source.shape, 0, countOf(source.shape)) : 0;
    },
    q: source instanceof TimelineSource ? source.q : null,
    isAsset: (position) => source.shape !== null && isRead(source.shape, position),
    lengthOf: ({ from, to }) => (source.shape ? readIn(source.shape, from, to + 1) : 0),
    digestAt: (position) => (void source.version, digestAt(source, position)),
    digests: (range, signal) => digestsOf(source, range, signal),
  };
}

const PAGE = 1_000;

function digestAt(source: Source, position: number): string | undefined {
  const { shape } = source;
  return shape && isRead(shape, position) ? source.item(position)?.digest : undefined;
}

/** The digests of a range, even if something arrives before it while they are asked for. */
async function digestsOf(
  source: Source,
  range: Range,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const [first, last] = [digestAt(source, range.from), digestAt(source, range.to)];
  const found = await fetched(source, range, signal);
  const fits = (first ?? found[0]) === found[0] && (last ?? found.at(-1)) === found.at(-1);
  if (fits) return found;
  await source.load();
  const from = first === undefined ? range.from : await source.find(first);
  const to = last === undefined ? range.to : await source.find(last);
  return fetched(source, between(from ?? range.from, to ?? range.to), signal);
}

async function fetched(source: Source, range: Range, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  for (let at = range.from; at <= range.to; at += PAGE) {
    const end = Math.min(range.to + 1, at + PAGE);
    for (const { digest } of await assetsOf(source, at, end, signal)) found.push(digest);
    signal.throwIfAborted();
  }
  return found;
}

async function assetsOf(
  source: Source,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<readonly Item[]> {
  if (source instanceof TimelineSource) return source.assets(from, to, signal);
  const found: Item[] = [];
  for (let at = from; at < to; at++) {
    const item = await source.at(at);
    if (!item) break;
    found.push(item);
  }
  return found;
}

/** Why the last step was not done. */
export type Failure = 'too_many' | 'unreachable';

class SelectionState {
  readonly #selection = new Selection();
  // The model is plain: whoever reads it reads this number too, and is told of changes so.
  #version = $state(0);
  #shown = $state.raw<Shown | null>(null);
  #failure = $state<Failure | null>(null);
  #choosing = $state(false);
  /** Where a range begins that the shift key ends. */
  #anchor: number | null = null;
  #sweepOn = true;
  #waiting = new AbortController();

  /** Say what is shown. @returns what to call when it is shown no more: nothing stays selected. */
  over(shown: Shown): () => void {
    this.#shown = shown;
    return () => {
      if (this.#shown !== shown) return;
      this.clear();
      this.#shown = null;
    };
  }

  /** Whether anything is selected, or somebody wants to: then a click selects, and does not open. */
  get active(): boolean {
    return this.#choosing || this.count > 0 || this.#read().sweeping;
  }

  /** Let clicks select from now on. */
  choose(): void {
    this.#choosing = true;
  }

  get count(): number {
    return this.#read().count(this.#shown?.total ?? 0);
  }

  /** How many there are to be selected. */
  get total(): number {
    return this.#shown?.total ?? 0;
  }

  /** Whether all digests are known. */
  get settled(): boolean {
    return this.#read().settled;
  }

  /** Whether there is a search that finds all that is shown. */
  get hasAllOf(): boolean {
    return this.#shown?.q != null;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  /** The search of which all is selected but `marked`; null where `marked` is what is selected. */
  get all(): string | null {
    return this.#read().all;
  }

  get marked(): ReadonlySet<string> {
    return this.#read().marked;
  }

  /** Whether the asset of a tile is selected. */
  has(digest: string, position: number): boolean {
    return fileOf(digest) === null && this.#read().has(digest, position);
  }

  /** Whether all of a range is selected, as far as it is loaded. */
  hasAll({ from, to }: Range): boolean {
    const selection = this.#read();
    let some = false;
    for (let position = from; position <= to; position++) {
      const digest = this.#shown?.digestAt(position);
      if (digest === undefined) continue;
      if (!selection.has(digest, position)) return false;
      some = true;
    }
    return some;
  }

  /** A click on a tile's mark, or its key. @param far with shift: all from the last one to this. */
  press(digest: string, position: number, far = false): void {
    if (far && this.#anchor !== null) {
      this.range(between(this.#anchor, position), true);
    } else {
      this.#done(this.#selection.mark([digest], !this.has(digest, position)));
    }
    this.#anchor = position;
  }

  /** The same by the position alone. What is not loaded is selected when it is. */
  pressAt(position: number, far = false): void {
    const digest = this.#shown?.digestAt(position);
    if (digest !== undefined) {
      this.press(digest, position, far);
      return;
    }
    const from = far ? (this.#anchor ?? position) : position;
    this.range(between(from, position), true);
    this.#anchor = position;
  }

  /** Select all of a range, such as a day, or let it go. */
  range(range: Range, on: boolean): void {
    const shown = this.#shown;
    if (!shown) return;
    const known = this.#loaded(range);
    if (known) {
      this.#done(this.#selection.mark(known, on));
      return;
    }
    const length = shown.lengthOf(range);
    if (on === (this.all === null) && length > MOST) {
      this.#done(false);
      return;
    }
    const end = this.#selection.begin(range, on, length);
    const { signal } = this.#waiting;
    this.#done(true);
    shown.digests(range, signal).then(
      (digests) => this.#done(end(digests)),
      () => {
        if (signal.aborted) return;
        end(null);
        this.#done(true, 'unreachable');
      },
    );
  }

  /** Begin to drag over tiles, at one of them. */
  sweepFrom(position: number): void {
    const digest = this.#shown?.digestAt(position);
    this.#sweepOn = digest === undefined || !this.has(digest, position);
    this.#anchor = position;
    this.sweepTo(position);
  }

  sweepTo(position: number): void {
    if (this.#anchor === null || !this.#shown) return;
    const range = between(this.#anchor, position);
    this.#selection.sweep(range, this.#sweepOn, this.#shown.lengthOf(range));
    this.#done(true);
  }

  /** Keep what was dragged over, or not. */
  sweepEnd(keep = true): void {
    const swept = this.#selection.endSweep();
    if (swept && keep) this.range({ from: swept.from, to: swept.to }, swept.on);
    else this.#done(true);
  }

  /** Select all that is shown. */
  selectAll(): void {
    if (this.#shown?.q == null) return;
    this.#forget();
    this.#selection.selectAll(this.#shown.q);
    this.#done(true);
  }

  clear(): void {
    this.#choosing = false;
    this.#forget();
    this.#selection.clear();
    this.#done(true);
  }

  /** The digests of a range, where all of them are loaded. */
  #loaded({ from, to }: Range): readonly string[] | null {
    const found: string[] = [];
    for (let position = from; position <= to; position++) {
      if (!this.#shown?.isAsset(position)) continue;
      const digest = this.#shown.digestAt(position);
      if (digest === undefined) return null;
      found.push(digest);
    }
    return found;
  }

  #forget(): void {
    this.#waiting.abort();
    this.#waiting = new AbortController();
    this.#anchor = null;
  }

  #read(): Selection {
    void this.#version;
    return this.#selection;
  }

  #done(fits: boolean, failure: Failure | null = null): void {
    this.#failure = fits ? failure : 'too_many';
    this.#version++;
  }
}

export const selection = new SelectionState();
