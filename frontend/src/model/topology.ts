/**
 * Outlines of countries from a TopoJSON file, projected.
 *
 * Each line that two countries share is in the file once (an arc); polygons are rings of arcs. An
 * arc of one country alone is a coast. Source of the form: the TopoJSON specification, 1.0.
 */

import { project } from './mercator';

type Rings = readonly (readonly number[])[];

interface Geometry {
  readonly type: string;
  readonly id?: string;
  readonly arcs?: Rings | readonly Rings[];
  readonly properties?: { readonly name?: string };
}

/** What is read of a file. */
export interface Topology {
  readonly transform: {
    readonly scale: readonly [number, number];
    readonly translate: readonly [number, number];
  };
  readonly arcs: readonly (readonly (readonly [number, number])[])[];
  readonly objects: { readonly countries: { readonly geometries: readonly Geometry[] } };
}

/** Least and greatest x and y. */
export type Box = readonly [number, number, number, number];

export interface Line {
  /** x and y in turns, in the square of the projection. */
  readonly points: Float64Array;
  readonly box: Box;
}

/** Where the name of a country stands, and how much room there is. */
export interface Label {
  /** ISO 3166-1 numeric, or empty. */
  readonly id: string;
  /** In English. */
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** Width of its largest part, as a share of the world's. */
  readonly size: number;
}

export interface Outlines {
  /** Closed rings; holes are rings as well. */
  readonly land: readonly (readonly Line[])[];
  readonly coasts: readonly Line[];
  readonly borders: readonly Line[];
  readonly labels: readonly Label[];
}

/** Work out the outlines, giving way to others between lines. See `slices.ts`. */
export function* outlining(file: Topology): Generator<void, Outlines> {
  const arcs: Float64Array[] = [];
  for (const arc of file.arcs) {
    arcs.push(decoded(arc, file.transform));
    yield;
  }
  const used = new Int32Array(arcs.length);
  const land: (readonly Line[])[] = [];
  const labels: Label[] = [];
  for (const geometry of file.objects.countries.geometries) {
    const polygons = polygonsOf(geometry);
    const lines: Line[][] = [];
    for (const rings of polygons) {
      lines.push(rings.map((ring) => joined(ring, arcs)));
      yield;
    }
    land.push(...lines);
    for (const at of new Set(polygons.flat(2).map(arcAt))) used[at] = (used[at] ?? 0) + 1;
    const label = labelOf(geometry, lines);
    if (label) labels.push(label);
    yield;
  }
  const coasts: Line[] = [];
  const borders: Line[] = [];
  for (const [at, points] of arcs.entries()) {
    const times = used[at] ?? 0;
    if (times) (times > 1 ? borders : coasts).push(...withoutFrame(points).map(lineOf));
    yield;
  }
  labels.sort((one, other) => other.size - one.size);
  return { land, coasts, borders, labels };
}

function polygonsOf({ type, arcs }: Geometry): readonly Rings[] {
  if (!arcs) return [];
  return type === 'Polygon' ? [arcs as Rings] : (arcs as readonly Rings[]);
}

/** A ring names an arc that runs the other way by its complement. */
function arcAt(number: number): number {
  return number < 0 ? ~number : number;
}

function decoded(arc: Topology['arcs'][number], { scale, translate }: Topology['transform']) {
  const points = new Float64Array(arc.length * 2);
  let right = 0;
  let up = 0;
  arc.forEach(([byX, byY], at) => {
    right += byX;
    up += byY;
    const { x, y } = project(up * scale[1] + translate[1], right * scale[0] + translate[0]);
    points[2 * at] = x;
    points[2 * at + 1] = y;
  });
  return points;
}

function joined(ring: readonly number[], arcs: readonly Float64Array[]): Line {
  const points: number[] = [];
  for (const number of ring) {
    const arc = arcs[arcAt(number)] ?? new Float64Array();
    // The first point is the last one of the arc before.
    const from = points.length ? 2 : 0;
    for (let at = from; at < arc.length; at += 2) {
      const source = number < 0 ? arc.length - 2 - at : at;
      points.push(arc[source] ?? 0, arc[source + 1] ?? 0);
    }
  }
  return lineOf(unwrapped(points));
}

/** Where a ring goes on at the other edge of the square, it goes on beyond this one. */
function unwrapped(points: readonly number[]): Float64Array {
  const found = Float64Array.from(points);
  for (let at = 2; at < found.length; at += 2) {
    const x = found[at] ?? 0;
    found[at] = x - Math.round(x - (found[at - 2] ?? 0));
  }
  return found;
}

function lineOf(points: Float64Array): Line {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < points.length; at += 2) {
    const x = points[at] ?? 0;
    const y = points[at + 1] ?? 0;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { points, box: [left, top, right, bottom] };
}

/** Parts of an arc that are no coast but the edge of the square, cut out. */
function withoutFrame(points: Float64Array): Float64Array[] {
  const parts: number[][] = [[]];
  for (let at = 0; at < points.length; at += 2) {
    const [x = 0, y = 0] = [points[at], points[at + 1]];
    const [lastX = x, lastY = y] = at ? [points[at - 2], points[at - 1]] : [];
    const meridian = isEdge(x) && isEdge(lastX);
    const pole = y >= 1 - 1e-9 && lastY >= 1 - 1e-9;
    if (at && (meridian || pole || Math.abs(x - lastX) > 0.5)) parts.push([]);
    parts.at(-1)?.push(x, y);
  }
  return parts.filter((part) => part.length >= 4).map((part) => Float64Array.from(part));
}

function isEdge(x: number): boolean {
  return x < 1e-5 || x > 1 - 1e-5;
}

/** In the middle of the largest part's widest row, which is inside where the middle may not be. */
function labelOf(geometry: Geometry, polygons: readonly (readonly Line[])[]): Label | null {
  const name = geometry.properties?.name;
  let largest: Line | undefined;
  for (const [outer] of polygons) {
    if (outer && (!largest || area(outer.box) > area(largest.box))) largest = outer;
  }
  if (!name || !largest) return null;
  const [left, top, right, bottom] = largest.box;
  const y = (top + bottom) / 2;
  const [from, to] = widest(largest.points, y) ?? [left, right];
  return { id: geometry.id ?? '', name, x: (from + to) / 2, y, size: to - from };
}

function area([left, top, right, bottom]: Box): number {
  return (right - left) * (bottom - top);
}

function widest(points: Float64Array, y: number): readonly [number, number] | undefined {
  const crossings: number[] = [];
  for (let at = 2; at < points.length; at += 2) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = points.subarray(at - 2, at + 2);
    if (y0 < y !== y1 < y) crossings.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
  }
  crossings.sort((one, other) => one - other);
  let best: readonly [number, number] | undefined;
  for (let at = 0; at + 1 < crossings.length; at += 2) {
    const [from = 0, to = 0] = [crossings[at], crossings[at + 1]];
    if (!best || to - from > best[1] - best[0]) best = [from, to];
  }
  return best;
}
