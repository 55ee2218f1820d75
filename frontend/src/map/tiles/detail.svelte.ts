/** The user's own file of tiles on the map: what of it is wanted, what has come, and drawing it. */

import type { MapFileOf } from '../../api/types';
import { placed, type Point, type Window } from '../../model/mercator';
import type { Detail } from '../../widgets/atlas';
import type { Writer } from '../../widgets/writing';
import { areas, keyOf, plainness, squaresIn, type Placed } from './cover';
import { writeNames } from './labels';
import type { Asked, Order, Said } from './messages';
import type { TileName } from './reading';
import { Shelf } from './shelf';
import { COLOURS, type Palette } from './style';

/** What came for a square. */
interface Painted {
  /** Null where the file has nothing, or nothing that can be read. */
  readonly picture: ImageBitmap | null;
  readonly names: readonly TileName[];
  /** For which it was painted. */
  readonly zoom: number;
  readonly px: number;
}

/** Screens with more pixels than that are not worth four times the work. */
const MOST_SCALE = 2;
const SHELF_BYTES = 128 << 20;
/** What is in sight at once takes no more: larger screens get fewer pixels. */
const MOST_SEEN_BYTES = 128 << 20;
const AT_ONCE = 4;
/** So long the zoom is as it was before lines are drawn anew in their width. */
const REST_MS = 140;
/** A tile that takes longer is given up, with the worker that reads it. */
const BUSY_MS = 4_000;
const MOST_DEATHS = 5;
const AGAIN_MS = 5_000;
/** From here on the tiles' names are the map's. */
const PLAIN = 0.5;
/** Larger ones are drawn for a square that is not there yet: so many levels up. */
const UP = 5;

export class Tiles implements Detail {
  /** Changes when there is something new to draw. */
  news = $state(0);
  /** Whether all that is in sight is there. */
  complete = $state(false);
  readonly file: MapFileOf;
  readonly #hire: () => Worker;
  readonly #language: string;
  readonly #address: string;
  #worker: Worker | undefined;
  #deaths = 0;
  #orders = new Map<number, { key: string; zoom: number; px: number }>();
  #wanted: readonly Placed[] = [];
  #lastId = 0;
  #palette: Palette | null = null;
  #paletteText = '';
  #shown: Window | null = null;
  #scale = 1;
  #resting = true;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  /** By order: pictures are read several at a time. */
  readonly #busyTimers = new Map<number, ReturnType<typeof setTimeout>>();
  #awayTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the file names places at all. */
  #named = false;
  readonly #shelf = new Shelf<Painted>(
    SHELF_BYTES,
    ({ px }) => 1_000 + 4 * px * px,
    ({ picture }) => picture?.close(),
  );

  /**
   * @param address where the file's bytes are.
   * @param hire starts the worker.
   */
  constructor(file: MapFileOf, address: string, language: string, hire: () => Worker) {
    this.file = file;
    this.#address = address;
    this.#language = language;
    this.#hire = hire;
    this.#named = file.kind !== 'vector'; // their names are painted
  }

  /** Colours of the canvas as it is now. */
  dye(element: Element): void {
    const style = getComputedStyle(element);
    const found = COLOURS.map((name) => [name, style.getPropertyValue(`--map-${name}`).trim()]);
    const text = String(found);
    if (text === this.#paletteText) return;
    this.#paletteText = text;
    this.#palette = Object.fromEntries(found) as Palette;
    this.#shelf.clear();
    this.#orders.clear();
  }

  draw(context: CanvasRenderingContext2D, shown: Window, scale: number): void {
    if (shown.zoom !== this.#shown?.zoom) this.#wake();
    this.#shown = shown;
    const alpha = plainness(shown, this.file);
    this.#wanted = alpha > 0 ? squaresIn(shown, this.file) : [];
    this.#fit(scale);
    if (alpha > 0) {
      context.save();
      context.beginPath();
      for (const area of areas(shown, this.file)) context.rect(...area);
      context.clip();
      context.globalAlpha = alpha;
      for (const square of this.#wanted) this.#put(context, square, scale);
      context.restore();
    }
    this.#ask();
  }

  write(writer: Writer): void {
    if (plainness(writer.shown, this.file) < PLAIN) return;
    const names = this.#wanted.flatMap((one) => this.#shelf.get(keyOf(one))?.names ?? []);
    names.sort((one, other) => one.rank - other.rank || other.length - one.length);
    const { shown } = writer;
    const inside = names.filter((name) => this.#isInside(placed(shown, name), shown));
    writeNames(writer, inside);
  }

  names(point: Point): boolean {
    const shown = this.#shown;
    if (!shown || !this.#named || plainness(shown, this.file) < PLAIN) return false;
    const { x, y } = point;
    const square = this.#wanted.find(
      ({ left, top, size }) => x >= left && y >= top && x < left + size && y < top + size,
    );
    return (
      square !== undefined &&
      this.#isInside(point, shown) &&
      Boolean(this.#shelf.get(keyOf(square))?.picture)
    );
  }

  close(): void {
    for (const timer of [this.#restTimer, this.#awayTimer]) clearTimeout(timer);
    this.#dismiss();
    this.#wanted = [];
    this.#shelf.clear();
  }

  #isInside({ x, y }: Point, shown: Window): boolean {
    return areas(shown, this.file).some(
      ([left, top, width, height]) =>
        x >= left && y >= top && x <= left + width && y <= top + height,
    );
  }

  /** Choose pixels, and room, so that what is in sight never pushes itself out. */
  #fit(scale: number): void {
    const plain = this.#wanted.reduce((sum, { size }) => sum + 4 * size * size, 0);
    const most = plain ? Math.sqrt(MOST_SEEN_BYTES / plain) : MOST_SCALE;
    this.#scale = Math.min(scale, MOST_SCALE, most);
    this.#shelf.most = Math.max(SHELF_BYTES, 2 * plain * this.#scale ** 2);
  }

  /** The zoom has changed: paint what is missing, and all of it anew when it stays as it is. */
  #wake(): void {
    clearTimeout(this.#restTimer);
    this.#resting = this.#shown === null;
    this.#restTimer = setTimeout(() => {
      this.#resting = true;
      this.news++;
    }, REST_MS);
  }

  #put(context: CanvasRenderingContext2D, square: Placed, scale: number): void {
    // On whole pixels of the device, so that no seam is seen.
    const snapped = (at: number): number => Math.round(at * scale) / scale;
    const [left, top] = [snapped(square.left), snapped(square.top)];
    const [width, height] = [
      snapped(square.left + square.size) - left,
      snapped(square.top + square.size) - top,
    ];
    const own = this.#shelf.get(keyOf(square));
    if (own) {
      if (own.picture) context.drawImage(own.picture, left, top, width, height);
      return;
    }
    for (let up = 1; up <= Math.min(UP, square.level); up++) {
      const parts = 2 ** up;
      const [x, y] = [Math.floor(square.x / parts), Math.floor(square.y / parts)];
      const larger = this.#shelf.get(keyOf({ level: square.level - up, x, y }));
      if (!larger?.picture) continue;
      const edge = larger.px / parts;
      const [fromX, fromY] = [(square.x - x * parts) * edge, (square.y - y * parts) * edge];
      context.drawImage(larger.picture, fromX, fromY, edge, edge, left, top, width, height);
      return;
    }
    for (const [right, down] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const [x, y] = [2 * square.x + right, 2 * square.y + down];
      const smaller = this.#shelf.get(keyOf({ level: square.level + 1, x, y }));
      if (!smaller?.picture) continue;
      const [wide, high] = [width / 2, height / 2];
      context.drawImage(smaller.picture, left + right * wide, top + down * high, wide, high);
    }
  }

  /** Have painted what is missing, a few at a time. */
  #ask(): void {
    const shown = this.#shown;
    const palette = this.#palette;
    if (!shown || !palette) return;
    this.#takeBack();
    const missing = this.#wanted.filter((square) => this.#isMissing(square, shown.zoom));
    this.complete = missing.length === 0 && this.#resting;
    if (!missing.length || this.#awayTimer !== undefined || this.#deaths > MOST_DEATHS) return;
    const coming = new Set([...this.#orders.values()].map(({ key }) => key));
    for (const square of missing) {
      if (this.#orders.size >= AT_ONCE) return;
      const key = keyOf(square);
      if (coming.has(key)) continue;
      const px = Math.max(1, Math.round(square.size * this.#scale));
      const id = ++this.#lastId;
      const { level, x, y } = square;
      this.#orders.set(id, { key, zoom: shown.zoom, px });
      const order: Order = {
        type: 'order',
        id,
        square: { level, x, y },
        px,
        scale: this.#scale,
        zoom: shown.zoom,
        palette,
      };
      this.#hired().postMessage(order);
    }
  }

  /** What is out of sight must not keep the network from what is in sight. */
  #takeBack(): void {
    const wanted = new Set(this.#wanted.map(keyOf));
    for (const [id, { key }] of this.#orders) {
      if (wanted.has(key)) continue;
      this.#orders.delete(id);
      this.#worker?.postMessage({ type: 'cancel', id } satisfies Asked);
    }
  }

  #isMissing(square: Placed, zoom: number): boolean {
    const known = this.#shelf.get(keyOf(square));
    return !known || (this.#resting && known.picture !== null && known.zoom !== zoom);
  }

  #hired(): Worker {
    if (this.#worker) return this.#worker;
    const worker = this.#hire();
    worker.onmessage = ({ data }: MessageEvent<Said>) => this.#heard(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#replace(undefined);
    };
    const { kind, max_zoom: deepest } = this.file;
    worker.postMessage({
      type: 'begin',
      address: this.#address,
      kind,
      deepest,
      language: this.#language,
    });
    this.#worker = worker;
    return worker;
  }

  #heard(said: Said): void {
    clearTimeout(this.#busyTimers.get(said.id));
    this.#busyTimers.delete(said.id);
    if (said.type === 'busy') {
      const timer = setTimeout(() => this.#replace(said.id), BUSY_MS);
      this.#busyTimers.set(said.id, timer);
      return;
    }
    const { picture, names, outcome } = said;
    const order = this.#orders.get(said.id);
    this.#orders.delete(said.id);
    // In colours that are no longer in use.
    if (!order) picture?.close();
    else if (outcome === 'away') this.#wait();
    else this.#keep(order, picture, names);
    this.news++;
  }

  #keep(
    { key, zoom, px }: { key: string; zoom: number; px: number },
    picture: ImageBitmap | null,
    names: readonly TileName[],
  ): void {
    this.#named ||= names.some(({ kind }) => kind !== 'road');
    this.#shelf.set(key, { picture, names, zoom, px: picture ? px : 0 });
  }

  #wait(): void {
    this.#awayTimer ??= setTimeout(() => {
      this.#awayTimer = undefined;
      this.news++;
    }, AGAIN_MS);
  }

  /** End a worker that hangs or has died; the tile that it was at is done without. */
  #replace(id: number | undefined): void {
    this.#dismiss();
    this.#deaths++;
    const guilty = id === undefined ? undefined : this.#orders.get(id);
    this.#orders.clear();
    if (guilty) this.#keep(guilty, null, []);
    this.news++;
  }

  /** Nothing is heard of it any more, nor held against who comes after it. */
  #dismiss(): void {
    for (const timer of this.#busyTimers.values()) clearTimeout(timer);
    this.#busyTimers.clear();
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
