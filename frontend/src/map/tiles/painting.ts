/** Paints squares of the map from what was read of tiles. Runs in a worker. */

import { Broken } from './archive';
import type { Square } from './cover';
import { edgesOf } from './edges';
import type { Order } from './messages';
import { EXTENT, readTile, type TileName } from './reading';
import { AREAS, LINES, type Kind } from './schema';
import { alphaOf, AREA_COLOURS, strokeOf, type Stroke } from './style';

/** Tiles have 256 or 512 pixels, twice as many for dense screens. */
const MOST_EDGE_PX = 2_048;

/** A tile, ready to be painted at any size. */
export interface Sheet {
  readonly names: readonly TileName[];
  /** What its picture takes in memory. */
  readonly bytes: number;
  /** @param part of the tile: where it begins and how long its edge is, in units of the tile. */
  paint(context: OffscreenCanvasRenderingContext2D, order: Order, part: Part): void;
  close(): void;
}

export interface Part {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** Which part of its tile a square is. */
export function partOf(square: Square, source: Square): Part {
  const parts = 2 ** (square.level - source.level);
  const size = EXTENT / parts;
  return { x: (square.x - source.x * parts) * size, y: (square.y - source.y * parts) * size, size };
}

/** @throws any error, where the bytes are no vector tile. */
export function vectorSheet(data: ArrayBuffer, language: string): Sheet {
  const paths = new Map<Kind, Path2D>();
  const penOf = (kind: Kind): Path2D => {
    const known = paths.get(kind) ?? new Path2D();
    paths.set(kind, known);
    return known;
  };
  const names = readTile(new Uint8Array(data), penOf, language);
  return {
    names,
    bytes: 0,
    paint: (...words) => paintPaths(paths, ...words),
    close: () => undefined,
  };
}

/** @throws any error, where the bytes are no picture, or a larger one than tiles are. */
export async function pictureSheet(data: ArrayBuffer, type: string): Promise<Sheet> {
  const edges = edgesOf(new Uint8Array(data));
  // Asked before it is decoded: two megabytes may be a picture of gigabytes.
  if (!edges || Math.max(...edges) > MOST_EDGE_PX) throw new Broken(`${edges} pixels`);
  const picture = await createImageBitmap(new Blob([data], { type }));
  return {
    names: [],
    bytes: 4 * picture.width * picture.height,
    paint(context, { px }, { x, y, size }) {
      const share = picture.width / EXTENT;
      const high = picture.height / EXTENT;
      context.imageSmoothingQuality = 'high';
      context.drawImage(picture, x * share, y * high, size * share, size * high, 0, 0, px, px);
    },
    close: () => picture.close(),
  };
}

function paintPaths(
  paths: ReadonlyMap<Kind, Path2D>,
  context: OffscreenCanvasRenderingContext2D,
  { px, scale, zoom, palette }: Order,
  part: Part,
): void {
  // Tiles with land on them lie on water, others on land.
  context.fillStyle = paths.has('earth') ? palette.water : palette.land;
  context.fillRect(0, 0, px, px);
  const units = part.size / px; // of the tile, in a pixel
  context.setTransform(1 / units, 0, 0, 1 / units, -part.x / units, -part.y / units);
  const css = scale * units;
  for (const area of AREAS) {
    const path = paths.get(area);
    const alpha = alphaOf(area, zoom);
    if (!path || alpha === 0) continue;
    context.globalAlpha = alpha;
    context.fillStyle = palette[AREA_COLOURS[area]];
    context.fill(path);
    if (area !== 'building') continue;
    context.strokeStyle = palette.wall;
    context.lineWidth = 0.75 * css;
    context.stroke(path);
  }
  context.globalAlpha = 1;
  const strokes = LINES.flatMap((way): [Path2D, Stroke][] => {
    const [path, stroke] = [paths.get(way), strokeOf(way, zoom)];
    return path && stroke ? [[path, stroke]] : [];
  });
  context.lineJoin = 'round';
  // All edges first, so that roads run into each other.
  for (const [path, { edge, width }] of strokes) {
    if (!edge) continue;
    context.lineCap = 'butt';
    context.setLineDash([]);
    context.strokeStyle = palette[edge];
    context.lineWidth = (width + 1.5) * css;
    context.stroke(path);
  }
  for (const [path, { colour, width, dashes }] of strokes) {
    context.lineCap = dashes.length ? 'butt' : 'round';
    context.setLineDash(dashes.map((one) => one * css));
    context.strokeStyle = palette[colour];
    context.lineWidth = width * css;
    context.stroke(path);
  }
}

/** Names that lie in a part, in shares of the world. */
export function namesIn(sheet: Sheet, part: Part, source: Square): TileName[] {
  const share = 1 / EXTENT / 2 ** source.level;
  const [left, top] = [source.x / 2 ** source.level, source.y / 2 ** source.level];
  return sheet.names
    .filter(
      ({ x, y }) => x >= part.x && y >= part.y && x < part.x + part.size && y < part.y + part.size,
    )
    .map((one) => ({
      ...one,
      x: left + one.x * share,
      y: top + one.y * share,
      length: one.length * share,
    }));
}
