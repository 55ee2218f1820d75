/** Features of a vector tile (Mapbox Vector Tile Specification, 2.1), drawn with pens. */

import { VectorTile, type VectorTileFeature } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { kindOf, nameOf, textOf, type Kind, type NameKind } from './schema';

/** A tile's edge in the units in which it is drawn, whatever the file's are. */
export const EXTENT = 4096;
/** What one tile may cost; the densest cities have a tenth. */
const MOST_FEATURES = 60_000;
const MOST_POINTS = 600_000;
const MOST_NAMES = 80;
/** Degrees by which the run of a name may bend. */
const STRAIGHT = Math.cos((14 * Math.PI) / 180);

/** What a canvas' path can do. */
export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  closePath(): void;
}

/** A name in a tile. */
export interface TileName {
  readonly text: string;
  readonly kind: NameKind;
  /** Less is more important. */
  readonly rank: number;
  /** In units of the tile. */
  readonly x: number;
  readonly y: number;
  /** Of a road: how it lies, in radians between -π/2 and π/2, and how long it is straight. */
  readonly angle: number;
  readonly length: number;
}

type Points = ReturnType<VectorTileFeature['loadGeometry']>;

const POINT = 1;
const AREA = 3;
const CLOSE_PATH = 7;

/**
 * Draw a tile.
 *
 * What is more than a tile may cost is left out.
 *
 * @param penOf gives what draws features of a kind.
 * @returns its names, the most important first.
 * @throws any error, where the bytes are no vector tile.
 */
export function readTile(
  bytes: Uint8Array,
  penOf: (kind: Kind) => Pen,
  language: string,
): TileName[] {
  const names = new Names();
  let features = MOST_FEATURES;
  let points = MOST_POINTS;
  for (const [name, layer] of Object.entries(new VectorTile(new PbfReader(bytes)).layers)) {
    if (!(layer.extent > 0)) continue;
    const scale = EXTENT / layer.extent;
    for (let at = 0; at < layer.length; at++) {
      if (features-- <= 0) return names.sorted();
      const feature = layer.feature(at);
      const { properties: words, type } = feature;
      const kind = type === POINT ? null : kindOf(name, words, type === AREA);
      const named = type === AREA ? null : nameOf(name, words);
      const text = named ? textOf(words, language) : '';
      if (!kind && !text) continue;
      points -= pointsOf(feature, points);
      if (points < 0) return names.sorted();
      const parts = feature.loadGeometry();
      if (kind) draw(parts, penOf(kind), scale, type === AREA);
      if (named && text) names.add({ text, ...named }, parts, scale, type === POINT);
    }
  }
  return names.sorted();
}

/**
 * How many points a geometry has (section 4.3 of the specification), before room is made for them.
 *
 * @param most where counting ends: more is given when there are more.
 * @throws any error, where the commands are not sound.
 */
function pointsOf(feature: VectorTileFeature, most: number): number {
  // Not public, but nothing else tells before all points are there.
  const { _pbf: bytes, _geometry: start } = feature as unknown as {
    _pbf: PbfReader;
    _geometry: number;
  };
  if (start < 0) throw new Error('no geometry');
  bytes.pos = start;
  const end = bytes.readVarint() + bytes.pos;
  let points = 0;
  while (bytes.pos < end && points <= most) {
    const command = bytes.readVarint();
    const [id, count] = [command & 7, command >>> 3];
    points += count;
    if (id !== CLOSE_PATH)
      for (let left = 2 * count; left > 0 && points <= most; left--) bytes.readVarint();
    // It has no numbers behind it: a byte or two would make points without end.
    else if (count !== 1) throw new Error('closed more than once');
  }
  return points;
}

function draw(parts: Points, pen: Pen, scale: number, isArea: boolean): void {
  for (const part of parts) {
    for (const [at, { x, y }] of part.entries()) {
      if (at === 0) pen.moveTo(x * scale, y * scale);
      else pen.lineTo(x * scale, y * scale);
    }
    if (isArea) pen.closePath();
  }
}

type Named = Pick<TileName, 'text' | 'kind' | 'rank'>;

class Names {
  readonly #places: TileName[] = [];
  /** The longest straight run of each name. */
  readonly #roads = new Map<string, TileName>();

  add(named: Named, parts: Points, scale: number, isPoint: boolean): void {
    if (isPoint) {
      const [point] = parts[0] ?? [];
      if (!point) return;
      const [x, y] = [point.x * scale, point.y * scale];
      // Beyond its edges a tile has what belongs to others.
      if (x < 0 || y < 0 || x >= EXTENT || y >= EXTENT) return;
      this.#places.push({ ...named, x, y, angle: 0, length: 0 });
      return;
    }
    if (named.kind !== 'road') return;
    for (const part of parts) {
      const run = longestRun(part.map(({ x, y }) => [x * scale, y * scale]));
      const known = this.#roads.get(named.text);
      if (run && run.length > (known?.length ?? 0))
        this.#roads.set(named.text, { ...named, ...run });
    }
  }

  sorted(): TileName[] {
    const all = [...this.#places, ...this.#roads.values()];
    all.sort((one, other) => one.rank - other.rank || other.length - one.length);
    return all.slice(0, MOST_NAMES);
  }
}

type Spot = readonly [x: number, y: number];

/** The longest part of a line, within the tile, along which a name can be written. */
export function longestRun(
  line: readonly Spot[],
): { x: number; y: number; angle: number; length: number } | null {
  let best: { x: number; y: number; angle: number; length: number } | null = null;
  let from = 0;
  for (let to = 1; to < line.length; to++) {
    const [start, before, end] = [line[from], line[to - 1], line[to]];
    if (!start || !before || !end) break;
    if (!isInside(start) || (to - 1 > from && bends(start, before, end))) from = to - 1;
    const first = from === to - 1 ? before : start;
    if (!isInside(first) || !isInside(end)) continue;
    const [right, down] = [end[0] - first[0], end[1] - first[1]];
    const length = Math.hypot(right, down);
    if (length <= (best?.length ?? 0)) continue;
    const angle = Math.atan(down / right); // never upside down
    best = { x: first[0] + right / 2, y: first[1] + down / 2, angle, length };
  }
  return best;
}

function isInside([x, y]: Spot): boolean {
  return x >= 0 && y >= 0 && x < EXTENT && y < EXTENT;
}

function bends(start: Spot, before: Spot, end: Spot): boolean {
  const [right, down] = [before[0] - start[0], before[1] - start[1]];
  const [on, under] = [end[0] - before[0], end[1] - before[1]];
  const both = Math.hypot(right, down) * Math.hypot(on, under);
  return right * on + down * under < STRAIGHT * both;
}
