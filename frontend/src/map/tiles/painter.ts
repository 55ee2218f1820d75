/** The worker that reads and paints tiles, so that no tile, however large, holds up the page. */

import type { PMTiles } from 'pmtiles';
import { archiveAt, Away } from './archive';
import { keyOf, sourceOf, type Square } from './cover';
import type { Asked, Begin, Order, Outcome, Said } from './messages';
import { namesIn, partOf, pictureSheet, vectorSheet, type Sheet } from './painting';
import { Shelf } from './shelf';

interface WorkerScope {
  onmessage: ((event: MessageEvent<Asked>) => void) | null;
  postMessage(said: Said, transferred: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
/** Tiles that are kept ready to be painted again: so many, fewer where they are large pictures. */
const SHEETS = 32;
const SHEETS_BYTES = 64 << 20;

/** Null where the file has no tile. */
type Found = Promise<Sheet | null>;

interface Kept {
  readonly found: Found;
  /** Known when it has come. */
  bytes: number;
  readonly key: string;
  readonly leaving: AbortController;
}

class Tiles {
  readonly #file: Begin;
  readonly #archive: PMTiles;
  /** The file's head, asked for once, as it cannot be taken back. */
  #head: Promise<unknown> | undefined;
  /** By order. */
  readonly #awaited = new Map<number, Kept>();
  readonly #sheets = new Shelf<Kept>(
    SHEETS_BYTES,
    ({ bytes }) => Math.max(bytes, SHEETS_BYTES / SHEETS),
    ({ found }) => void found.then((sheet) => sheet?.close()).catch(() => undefined),
  );

  constructor(file: Begin) {
    this.#file = file;
    this.#archive = archiveAt(file.address);
  }

  async paint(order: Order): Promise<void> {
    const source = sourceOf(order.square, this.#file.deepest);
    try {
      const kept = this.#sheetOf(source, order.id);
      this.#awaited.set(order.id, kept);
      const sheet = await kept.found;
      if (!sheet) {
        this.#end(order, 'none');
        return;
      }
      scope.postMessage({ type: 'busy', id: order.id }, []);
      const canvas = new OffscreenCanvas(order.px, order.px);
      const context = canvas.getContext('2d', { alpha: this.#file.kind !== 'vector' });
      if (!context) throw new Error('no canvas');
      const part = partOf(order.square, source);
      sheet.paint(context, order, part);
      const picture = canvas.transferToImageBitmap();
      const names = namesIn(sheet, part, source);
      const { id } = order;
      scope.postMessage({ type: 'done', id, outcome: 'painted', picture, names }, [picture]);
    } catch (error) {
      this.#end(order, error instanceof Away ? 'away' : 'broken');
    } finally {
      this.#awaited.delete(order.id);
    }
  }

  /** Take back what was asked for an order, unless others wait for the same. */
  cancel(id: number): void {
    const kept = this.#awaited.get(id);
    this.#awaited.delete(id);
    if (!kept || [...this.#awaited.values()].includes(kept)) return;
    this.#forget(kept);
    kept.leaving.abort();
  }

  #forget(kept: Kept): void {
    if (this.#sheets.get(kept.key) === kept) this.#sheets.delete(kept.key);
  }

  #sheetOf(source: Square, id: number): Kept {
    const key = keyOf(source);
    const known = this.#sheets.get(key);
    if (known) return known;
    const leaving = new AbortController();
    const kept: Kept = { found: this.#read(source, id, leaving.signal), bytes: 0, key, leaving };
    this.#sheets.set(key, kept);
    kept.found.then(
      (sheet) => {
        kept.bytes = sheet?.bytes ?? 0;
        if (this.#sheets.get(key) === kept) this.#sheets.set(key, kept);
      },
      (error: unknown) => {
        // What is broken stays so; what is away may be there when it is asked for again.
        if (error instanceof Away) this.#forget(kept);
      },
    );
    return kept;
  }

  async #read({ level, x, y }: Square, id: number, signal: AbortSignal): Found {
    this.#head ??= this.#archive.getHeader().catch((error: unknown) => {
      this.#head = undefined;
      throw error;
    });
    await this.#head;
    if (signal.aborted) throw new Away('taken back');
    const tile = await this.#archive.getZxy(level, x, y, signal);
    if (!tile) return null;
    scope.postMessage({ type: 'busy', id }, []);
    const { kind, language } = this.#file;
    return kind === 'vector'
      ? vectorSheet(tile.data, language)
      : pictureSheet(tile.data, `image/${kind}`);
  }

  #end({ id }: Order, outcome: Outcome): void {
    scope.postMessage({ type: 'done', id, outcome, picture: null, names: [] }, []);
  }
}

let tiles: Tiles | undefined;

scope.onmessage = ({ data }) => {
  if (data.type === 'begin') tiles = new Tiles(data);
  else if (data.type === 'cancel') tiles?.cancel(data.id);
  else void tiles?.paint(data);
};
