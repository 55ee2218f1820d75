/** What the page and its painter, a worker, say to each other. */

import type { Square } from './cover';
import type { TileName } from './reading';
import type { Palette } from './style';

/** The first message: which file it is. */
export interface Begin {
  readonly type: 'begin';
  /** Where its bytes are. */
  readonly address: string;
  /** What its tiles are. */
  readonly kind: string;
  readonly deepest: number;
  readonly language: string;
}

/** A square to paint. */
export interface Order {
  readonly type: 'order';
  readonly id: number;
  readonly square: Square;
  /** Edge of the picture, in pixels of the device, and how many of these a CSS pixel has. */
  readonly px: number;
  readonly scale: number;
  /** For which widths are chosen. */
  readonly zoom: number;
  readonly palette: Palette;
}

/** An order is no longer wanted. What it was at may be done yet, and is said then. */
export interface Cancel {
  readonly type: 'cancel';
  readonly id: number;
}

export type Asked = Begin | Order | Cancel;

/** How an order ended: `none` has no tile there, `broken` one that cannot be read. */
export type Outcome = 'painted' | 'none' | 'broken' | 'away';

export type Said =
  /** It works on an order without a pause: who hears no more of it may end the worker. */
  | { readonly type: 'busy'; readonly id: number }
  | {
      readonly type: 'done';
      readonly id: number;
      readonly outcome: Outcome;
      readonly picture: ImageBitmap | null;
      /** Those that lie in the square, in shares of the world. */
      readonly names: readonly TileName[];
    };
