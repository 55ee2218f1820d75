/** What lies beside what is shown, in the place that it was opened from. */

import { untrack } from 'svelte';
import type { Place } from '../state/route';
import type { Source } from '../state/source.svelte';
import { sources } from '../state/sources.svelte';
import { Tray, type Slide } from './slide.svelte';

interface Beside {
  readonly of: string;
  /** Undefined as long as it is not known. */
  readonly previous: string | null | undefined;
  readonly next: string | null | undefined;
}

/** At 0 is what is looked at; -1 and 1 lie beside it. */
export interface Shown {
  readonly slide: Slide;
  readonly at: -1 | 0 | 1;
}

const LOOK_MS = 300;

export class Row {
  readonly #tray = new Tray();
  readonly #shown: () => string;
  #source = $state.raw<Source | undefined>();
  #beside = $state.raw<Beside>({ of: '', previous: undefined, next: undefined });

  /** @param shown the digest of what is shown now. */
  constructor(shown: () => string) {
    this.#shown = shown;
  }

  get previous(): string | null | undefined {
    return this.#beside.of === this.#shown() ? this.#beside.previous : undefined;
  }

  get next(): string | null | undefined {
    return this.#beside.of === this.#shown() ? this.#beside.next : undefined;
  }

  /** A folder has a source only once their view is there. @returns what ends it. */
  follow(place: Place): () => void {
    this.#source = sources.of(place);
    if (this.#source) return () => undefined;
    const timer = setInterval(() => {
      this.#source = sources.of(place);
      if (this.#source) clearInterval(timer);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }

  /** Learn what lies beside it. Reactive: another shape may put others there. */
  turn(digest: string): void {
    const asked = this.#source?.shape === undefined ? undefined : this.#source;
    untrack(() => {
      this.#beside = turned(this.#beside, digest);
    });
    void asked?.neighbours(digest).then(
      (found) => this.#know(digest, found?.newer?.digest, found?.older?.digest),
      () => this.#know(digest),
    );
  }

  /** Whether it is known that there is nothing more in a direction. */
  isEnd(by: -1 | 1): boolean {
    return (by < 0 ? this.previous : this.next) === null;
  }

  /** What there is to go to, looked for if need be; nothing where one has gone meanwhile. */
  async neighbour(by: -1 | 1): Promise<string | undefined> {
    const from = this.#shown();
    let digest = by < 0 ? this.previous : this.next;
    if (digest === undefined) {
      const found = await this.#source?.neighbours(from).catch(() => undefined);
      digest = (by < 0 ? found?.newer : found?.older)?.digest;
    }
    return digest && this.#shown() === from ? digest : undefined;
  }

  slide(digest: string): Slide {
    return untrack(() => {
      const position = this.#source?.positionOf(digest);
      return this.#tray.get(
        digest,
        position === undefined ? undefined : this.#source?.item(position),
      );
    });
  }

  /** What is shown and what lies beside it, as far as it is known. */
  slides(): readonly Shown[] {
    const { previous, next } = this;
    return [
      ...(previous ? [{ slide: this.slide(previous), at: -1 as const }] : []),
      { slide: this.slide(this.#shown()), at: 0 as const },
      ...(next ? [{ slide: this.slide(next), at: 1 as const }] : []),
    ];
  }

  #know(of: string, newer?: string, older?: string): void {
    if (this.#beside.of === of) {
      this.#beside = { of, previous: newer ?? null, next: older ?? null };
    }
  }
}

/** What was shown last lies beside what is shown now, so that it stays while it leaves. */
function turned(last: Beside, now: string): Beside {
  if (last.of === now) return last;
  return {
    of: now,
    previous: last.next === now ? last.of : undefined,
    next: last.previous === now ? last.of : undefined,
  };
}
