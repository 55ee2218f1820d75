/** The names that tiles have, written on the map. */

import { placed, worldPx } from '../../model/mercator';
import { BESIDE_PX, write, writeAlong, type Writer } from '../../widgets/writing';
import type { TileName } from './reading';
import { RANKS, type NameKind } from './schema';

interface Style {
  /** Zooms. */
  readonly from: number;
  readonly to: number;
  /** As CSS writes it, without the family. */
  readonly font: string;
  readonly capitals?: boolean;
  /** Beside a dot while the map is farther than this. */
  readonly dotTo?: number;
  /** Rather beside its place than not at all. */
  readonly beside?: boolean;
}

const STYLES: Readonly<Record<NameKind, Style>> = {
  country: { from: 2, to: 7.5, font: '600 11px', capitals: true },
  region: { from: 5.5, to: 8.5, font: '11px', capitals: true },
  city: { from: 4, to: 15, font: '600 13px', dotTo: 11, beside: true },
  town: { from: 8.5, to: 16, font: '12.5px', dotTo: 11, beside: true },
  village: { from: 11, to: 17.5, font: '12px', dotTo: 11 },
  suburb: { from: 12, to: 17.5, font: '11px', capitals: true },
  water: { from: 9, to: 18, font: 'italic 11px' },
  road: { from: 13.5, to: 18, font: '11px' },
};
/** Roads that are no more important are named from this zoom on. */
const SMALL_RANK = RANKS.road + 3;
const SMALL_FROM = 14.7;
/** The same road is named again after so many pixels. */
const AGAIN_PX = 260;

/** @param names the most important first. */
export function writeNames(writer: Writer, names: readonly TileName[]): void {
  const { context, shown, ink } = writer;
  const size = worldPx(shown.zoom);
  const roads = new Map<string, { x: number; y: number }[]>();
  for (const { text, kind, rank, angle, length, ...at } of names) {
    const style = STYLES[kind];
    const from = rank < SMALL_RANK ? style.from : SMALL_FROM;
    if (shown.zoom < from || shown.zoom > style.to) continue;
    const { x, y } = placed(shown, at);
    if (x < -150 || y < -50 || x > shown.width + 150 || y > shown.height + 50) continue;
    context.font = `${style.font} ${ink.font}`;
    if ('letterSpacing' in context) context.letterSpacing = style.capitals ? '0.06em' : '0px';
    const shownText = style.capitals ? text.toLocaleUpperCase() : text;
    const width = context.measureText(shownText).width;
    if (kind === 'road') {
      if (width + 12 > length * size) continue;
      const same = roads.get(text) ?? [];
      if (same.some((other) => Math.hypot(other.x - x, other.y - y) < AGAIN_PX)) continue;
      if (writeAlong(writer, shownText, x, y, angle, width)) roads.set(text, [...same, { x, y }]);
    } else if (shown.zoom < (style.dotTo ?? 0)) {
      if (write(writer, shownText, x + 6, y, 'left', width)) dot(writer, x, y);
      else if (style.beside) write(writer, shownText, x, y + BESIDE_PX, 'center', width);
    } else if (!write(writer, shownText, x, y, 'center', width) && style.beside) {
      // Below what lies in its place, such as a photo, or above it.
      if (!write(writer, shownText, x, y + BESIDE_PX, 'center', width)) {
        write(writer, shownText, x, y - BESIDE_PX, 'center', width);
      }
    }
  }
  if ('letterSpacing' in context) context.letterSpacing = '0px';
}

function dot({ context, ink }: Writer, x: number, y: number): void {
  context.beginPath();
  context.arc(x, y, 2, 0, 2 * Math.PI);
  context.fillStyle = ink.name;
  context.fill();
}
