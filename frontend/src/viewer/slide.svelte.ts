/** One asset as the viewer knows it, from the first moment on. */

import { Refused } from '../api/problem';
import type { Asset, Item } from '../api/types';
import { server } from '../state/server';
import { reading } from './details';
import type { Size } from './zoom';

/** Originals that browsers show. */
const SHOWN = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']);
/** Larger ones cost more memory than phones give to a page. */
const MOST_PIXELS = 80e6;

export class Slide {
  readonly digest: string;
  readonly item: Item | undefined;
  /** All that is known; null until it has come. */
  asset = $state.raw<Asset | null>(null);
  trouble = $state.raw<unknown>(null);
  /** Of the small picture; its proportions are those of the large one. */
  small = $state.raw<Size | null>(null);
  /** Whether what fills the screen is there, or will not come. */
  ready = $state(false);
  /** Whether its film does not play, and so comes to no end. */
  stuck = $state(false);

  #loading = false;

  constructor(digest: string, item: Item | undefined) {
    this.digest = digest;
    this.item = item;
  }

  get kind(): Item['kind'] {
    return this.asset?.kind ?? this.item?.kind ?? 'photo';
  }

  get live(): boolean {
    return this.asset ? this.asset.movie !== null : (this.item?.live ?? false);
  }

  /** Whether it is a photo that a film belongs to. */
  get moves(): boolean {
    return this.live && this.kind === 'photo';
  }

  /** Whether there is, or can be, a picture of it. */
  get pictured(): boolean {
    const state = this.asset?.picture ?? this.item?.picture;
    return state !== 'failed' && state !== 'none';
  }

  /** Of the upright picture in its pixels; null as long as nothing is known of it. */
  get natural(): Size | null {
    const from = this.asset ?? this.item;
    if (from?.width_px && from.height_px) return { width: from.width_px, height: from.height_px };
    if (!this.small) return null;
    // Larger than any screen: it will be fitted.
    return { width: this.small.width * 100, height: this.small.height * 100 };
  }

  get showsOriginal(): boolean {
    if (!this.asset || !this.natural || this.kind !== 'photo') return false;
    const { width, height } = this.natural;
    return SHOWN.has(this.asset.mime) && width * height <= MOST_PIXELS;
  }

  get animated(): boolean {
    return !!this.asset && reading(this.asset, 'animated') === 1;
  }

  get gone(): boolean {
    return this.trouble instanceof Refused && this.trouble.problem.code === 'no_asset';
  }

  /** Ask for all that is known, unless that has been done. */
  async load(): Promise<void> {
    if (this.#loading || this.asset) return;
    this.#loading = true;
    this.trouble = null;
    try {
      const { digest } = this;
      this.asset = await server.get('/api/v1/assets/{digest}', { path: { digest } });
    } catch (error) {
      this.trouble = error;
    } finally {
      this.#loading = false;
    }
  }
}

/** Slides that were shown lately, so that going back shows them at once. */
export class Tray {
  readonly #slides = new Map<string, Slide>();
  readonly #most: number;

  constructor(most = 12) {
    this.#most = most;
  }

  get(digest: string, item: Item | undefined): Slide {
    const slide = this.#slides.get(digest) ?? new Slide(digest, item);
    this.#slides.delete(digest);
    this.#slides.set(digest, slide);
    const [oldest] = this.#slides.keys();
    if (this.#slides.size > this.#most && oldest !== undefined) this.#slides.delete(oldest);
    return slide;
  }
}
