/** Follows what changes on the server while the page is looked at: events, and how far it is. */

import type { Changes, Libraries } from '../api/types';
import { left, leftOfStep, Pace } from '../model/progress';
import { base } from './base';
import { connection } from './connection.svelte';
import { server } from './server';
import { sources } from './sources.svelte';
import { address } from '../api/address';

/** A shape of a million is most of a megabyte, and reading it takes some frames: so many times what
 * one took lie between two, within limits. */
const SHAPE_EVERY = 5;
const SHAPE_LEAST_MS = 400;
const SHAPE_MOST_MS = 2_000;
const SEARCH_EVERY_MS = 10_000;
const ASK_BUSY_MS = 1_500;
/** A walk takes a second or two, and what it finds is what one waits for. */
const ASK_WALKING_MS = 400;
/** Files that are found, and not read yet, are no change that events tell of. */
const ASK_IDLE_MS = 10_000;
const RETRY_MS = 5_000;
const WALKING = new Set(['starting', 'scanning']);

class Live {
  #libraries = $state.raw<Libraries | null>(null);
  #leftS = $state.raw<number | null>(null);
  #started = false;
  #events: EventSource | null = null;
  #cursor = '';
  #pace = new Pace();
  #shapeEveryMs = SHAPE_LEAST_MS;
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #lastMs = new Map<string, number>();

  /** The libraries and their progress; null before it is known. */
  get libraries(): Libraries | null {
    return this.#libraries;
  }

  /** Seconds until the step that is being done is done; null where nobody can tell. */
  get leftS(): number | null {
    return this.#leftS;
  }

  /** Begin to follow; more often is the same as once. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    document.addEventListener('visibilitychange', () => this.#look());
    this.#look();
  }

  /** Ask now how far the server is. */
  async ask(): Promise<void> {
    this.#clear('ask');
    let againMs = ASK_BUSY_MS;
    try {
      const found = await server.get('/api/v1/libraries');
      if (!isBusy(found)) againMs = ASK_IDLE_MS;
      else if (WALKING.has(found.step)) againMs = ASK_WALKING_MS;
      if (found.step !== this.#libraries?.step) this.#pace = new Pace();
      const remaining = leftOfStep(found.step, found.progress);
      const atMs = performance.now();
      this.#leftS = remaining === null ? null : this.#pace.tell({ atMs, left: remaining });
      this.#libraries = found;
      // Files that are found, and those that are read, are no changes of assets.
      if (found.progress.unhashed > 0 || sources.library.unread > 0) this.#refresh();
    } catch {
      // The connection tells of it.
    }
    if (!document.hidden) this.#later('ask', againMs, () => void this.ask());
  }

  /** Only who looks is told: a browser has six connections to a server, for all its tabs. */
  #look(): void {
    if (document.hidden) {
      this.#close();
      this.#clear('ask');
      return;
    }
    void this.ask();
    void this.#open();
  }

  async #open(): Promise<void> {
    if (this.#events) return;
    if (!sources.library.shape) await sources.library.load();
    this.#cursor ||= sources.library.cursor;
    if (this.#events || document.hidden) return;
    if (!this.#cursor) {
      this.#again();
      return;
    }
    const path = address('/api/v1/events', { query: { since: this.#cursor } });
    const events = new EventSource(new URL(path, base));
    this.#events = events;
    events.addEventListener('change', (event: MessageEvent<string>) => {
      this.#take(JSON.parse(event.data) as Changes);
    });
    events.addEventListener('reset', () => {
      // Another catalog: nothing of what is known counts.
      this.#close();
      this.#cursor = '';
      void sources.library.load().then(() => {
        this.#cursor = sources.library.cursor;
        this.#again();
      });
    });
    events.onerror = () => {
      this.#close();
      // Whether the server is gone or the session: an ordinary request tells.
      void this.ask();
      this.#again();
    };
  }

  #again(): void {
    this.#later('open', RETRY_MS, () => {
      if (connection.state === 'fine' && !document.hidden) void this.#open();
      else this.#again();
    });
  }

  #close(): void {
    this.#events?.close();
    this.#events = null;
  }

  #take(changes: Changes): void {
    this.#cursor = changes.cursor;
    if (!changes.items.length && !changes.removed.length) return;
    for (const source of sources.all()) source.take(changes.items);
    this.#refresh();
    this.#soon('searches', SEARCH_EVERY_MS, () => {
      for (const source of sources.all()) if (source !== sources.library) void source.load();
    });
    this.#soon('progress', ASK_BUSY_MS, () => void this.ask());
  }

  #refresh(): void {
    this.#soon('library', this.#shapeEveryMs, () => void this.#reload());
  }

  async #reload(): Promise<void> {
    const beganMs = performance.now();
    await sources.library.load();
    const every = SHAPE_EVERY * (performance.now() - beganMs);
    this.#shapeEveryMs = Math.min(Math.max(every, SHAPE_LEAST_MS), SHAPE_MOST_MS);
  }

  /** Do something now, or when it was last done long enough ago. */
  #soon(name: string, everyMs: number, what: () => void): void {
    if (this.#timers.has(name)) return;
    const wait = (this.#lastMs.get(name) ?? -Infinity) + everyMs - performance.now();
    this.#later(name, Math.max(0, wait), () => {
      this.#lastMs.set(name, performance.now());
      what();
    });
  }

  #later(name: string, ms: number, what: () => void): void {
    this.#clear(name);
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      what();
    }, ms);
    this.#timers.set(name, timer);
  }

  #clear(name: string): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}

/** Whether the server works on the libraries. */
export function isBusy(found: Libraries): boolean {
  return !['idle', 'waiting'].includes(found.step) || left(found.progress) > 0;
}

export const live = new Live();
