/**
 * Draws the world: outlines by Natural Earth (public domain), names of cities by GeoNames (CC BY).
 *
 * Nothing is kept between drawings but what was read: whoever shows a map draws it when it changes.
 */

import nearFile from 'world-atlas/countries-50m.json?url';
import farFile from 'world-atlas/countries-110m.json?url';
import { placed, project, worldPx, type Point, type Window } from '../model/mercator';
import { inSlices } from '../model/slices';
import { outlining, type Line, type Outlines, type Topology } from '../model/topology';
import citiesFile from './cities.json?url';
import { BESIDE_PX, write, type Taken, type Writer } from './writing';

/** From here on the finer outlines are worth their 230 kB. */
export const NEAR_ZOOM = 4;
/** Points that are no farther from each other look like one. */
const SAME_PX = 0.7;
const COUNTRY_NAMES = [1.6, 7.5] as const;
const CITY_NAMES_FROM = 3;
/** Edge of what lies on the map. */
const PIN_PX = 52;

export interface City extends Point {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Atlas {
  readonly outlines: Outlines;
  /** The largest first. */
  readonly cities: readonly City[];
  readonly detail?: Detail;
}

/** What lies on the outlines, and has names of its own. */
export interface Detail {
  draw(context: CanvasRenderingContext2D, shown: Window, scale: number): void;
  write(writer: Writer): void;
  /** Whether it names what is at a point of the window. */
  names(point: Point): boolean;
}

async function read<Value>(address: string): Promise<Value> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} for ${address}`);
  return (await response.json()) as Value;
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined; // the next one may have more luck
      throw error;
    }));
}

export const farOutlines = once(() => outlinesIn(farFile));
export const nearOutlines = once(() => outlinesIn(nearFile));
export const cities = once(async () => citiesOf(await read<(string | number)[]>(citiesFile)));

async function outlinesIn(address: string): Promise<Outlines> {
  return inSlices(outlining(await read<Topology>(address)));
}

function citiesOf(rows: readonly (string | number)[]): City[] {
  const found: City[] = [];
  for (let at = 0; at + 2 < rows.length; at += 3) {
    const latitude = Number(rows[at + 1]) / 100;
    const longitude = Number(rows[at + 2]) / 100;
    const { x, y } = project(latitude, longitude);
    found.push({ name: String(rows[at]), latitude, longitude, x, y });
  }
  return found;
}

/** The city that a place is nearest to, in some 60 km; for telling clusters apart. */
export function cityNear(all: readonly City[], latitude: number, longitude: number): string | null {
  const narrow = Math.cos((latitude * Math.PI) / 180);
  let best = 0.3;
  let found: string | null = null;
  for (const one of all) {
    const up = one.latitude - latitude;
    if (Math.abs(up) > 0.6) continue;
    const right = (one.longitude - longitude) * narrow;
    const distance = up * up + right * right;
    if (distance < best) [best, found] = [distance, one.name];
  }
  return found;
}

/** Colours from the tokens, as an element has them now. */
export interface Ink {
  readonly water: string;
  readonly land: string;
  readonly coast: string;
  readonly border: string;
  readonly name: string;
  readonly halo: string;
  readonly font: string;
}

export function inkOf(element: Element): Ink {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    water: of('--map-water'),
    land: of('--map-land'),
    coast: of('--map-coast'),
    border: of('--map-border'),
    name: of('--map-name'),
    halo: of('--map-land'),
    font: style.fontFamily,
  };
}

/** What a country is called in the user's language. @param id ISO 3166-1 numeric. */
function countryNames(language: string): (id: string, name: string) => string {
  const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
  const known = new Map<string, string>();
  return (id, name) => {
    const before = known.get(id);
    if (id && before) return before; // not all of them have a number
    // CLDR knows the numbers as other names of the letters.
    const code = /^\d{3}$/.test(id) ? new Intl.Locale(`und-${id}`).region : undefined;
    const found = (code && /^[A-Z]{2}$/.test(code) && names.of(code)) || name;
    known.set(id, found);
    return found;
  };
}

export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #countryName: (id: string, name: string) => string;

  constructor(canvas: HTMLCanvasElement, language: string) {
    this.#canvas = canvas;
    this.#countryName = countryNames(language);
  }

  /**
   * Draw all of it anew.
   *
   * @param scale device pixels in a CSS pixel.
   * @param pins middles of what lies on the map, which names keep clear of.
   */
  draw(
    shown: Window,
    { outlines, cities: towns, detail }: Atlas,
    ink: Ink,
    scale: number,
    pins: readonly Point[] = [],
  ): void {
    const canvas = this.#canvas;
    const [width, height] = [Math.ceil(shown.width * scale), Math.ceil(shown.height * scale)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.fillStyle = ink.water;
    context.fillRect(0, 0, shown.width + 1, shown.height + 1);
    this.#fill(context, shown, outlines, ink);
    this.#stroke(context, shown, outlines.borders, ink.border, 0.75);
    this.#stroke(context, shown, outlines.coasts, ink.coast, 0.9);
    detail?.draw(context, shown, scale);
    const taken: Taken = pins.map(({ x, y }) => [
      x - PIN_PX / 2,
      y - PIN_PX / 2,
      x + PIN_PX / 2,
      y + PIN_PX / 2,
    ]);
    const writer: Writer = { context, shown, ink, taken };
    detail?.write(writer);
    const isFree = (point: Point): boolean => !detail?.names(point);
    this.#nameCountries(writer, outlines, isFree);
    this.#nameCities(writer, towns, pins, isFree);
  }

  #fill(context: CanvasRenderingContext2D, shown: Window, { land }: Outlines, ink: Ink): void {
    context.beginPath();
    for (const rings of land) {
      const [outer] = rings;
      if (!outer) continue;
      for (const turn of turns(shown, outer))
        for (const ring of rings) trace(context, shown, ring, turn);
    }
    context.fillStyle = ink.land;
    context.fill('evenodd');
  }

  #stroke(
    context: CanvasRenderingContext2D,
    shown: Window,
    lines: readonly Line[],
    colour: string,
    width: number,
  ): void {
    context.beginPath();
    for (const line of lines)
      for (const turn of turns(shown, line)) trace(context, shown, line, turn);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.lineJoin = 'round';
    context.stroke();
  }

  #nameCountries(writer: Writer, { labels }: Outlines, isFree: (at: Point) => boolean): void {
    const { context, shown, ink } = writer;
    const [from, to] = COUNTRY_NAMES;
    if (shown.zoom < from || shown.zoom > to) return;
    context.font = `600 11px ${ink.font}`;
    if ('letterSpacing' in context) context.letterSpacing = '0.06em';
    for (const label of labels) {
      const room = label.size * worldPx(shown.zoom);
      if (room < 28) break;
      const name = this.#countryName(label.id, label.name).toLocaleUpperCase();
      const width = context.measureText(name).width;
      // A name may stand out a little, or a small country would have none for long.
      if (width > room * 1.25) continue;
      const { x, y } = placed(shown, label);
      if (!isFree({ x, y })) continue;
      // Beside a pin, if one lies in its place.
      if (write(writer, name, x, y, 'center', width)) continue;
      if (room > 2 * PIN_PX && write(writer, name, x, y + BESIDE_PX, 'center', width)) continue;
      if (room > 2 * PIN_PX) write(writer, name, x, y - BESIDE_PX, 'center', width);
    }
    if ('letterSpacing' in context) context.letterSpacing = '0px';
  }

  #nameCities(
    writer: Writer,
    towns: readonly City[],
    pins: readonly Point[],
    isFree: (at: Point) => boolean,
  ): void {
    const { context, shown, ink } = writer;
    if (shown.zoom < CITY_NAMES_FROM) return;
    const most = Math.min(towns.length, Math.round(50 * 4 ** (shown.zoom - CITY_NAMES_FROM)));
    context.font = `12px ${ink.font}`;
    for (const town of towns.slice(0, most)) {
      const { x, y } = placed(shown, town);
      if (x < -80 || y < -20 || x > shown.width + 80 || y > shown.height + 20) continue;
      if (!isFree({ x, y })) continue;
      const width = context.measureText(town.name).width;
      const over = pins.find((pin) => Math.hypot(pin.x - x, pin.y - y) < PIN_PX * 0.6);
      if (over) {
        write(writer, town.name, over.x, over.y + BESIDE_PX, 'center', width);
        continue;
      }
      if (!write(writer, town.name, x + 6, y, 'left', width)) continue;
      context.beginPath();
      context.arc(x, y, 2, 0, 2 * Math.PI);
      context.fillStyle = ink.name;
      context.fill();
    }
  }
}

/** How often a line is seen, as whole turns around the world. */
function* turns(shown: Window, { box: [left, top, right, bottom] }: Line): Generator<number> {
  const size = worldPx(shown.zoom);
  const across = shown.width / 2 / size;
  const up = shown.height / 2 / size;
  if (bottom < shown.y - up || top > shown.y + up) return;
  // What is smaller than a pixel is not seen.
  if ((right - left) * size < 0.5 && (bottom - top) * size < 0.5) return;
  const last = Math.floor(shown.x + across - left);
  for (let turn = Math.ceil(shown.x - across - right); turn <= last; turn++) yield turn;
}

function trace(context: CanvasRenderingContext2D, shown: Window, line: Line, turn: number): void {
  const size = worldPx(shown.zoom);
  const right = (turn - shown.x) * size + shown.width / 2;
  const down = shown.height / 2 - shown.y * size;
  const { points } = line;
  const last = points.length - 2;
  let [lastX, lastY] = [Infinity, Infinity];
  for (let at = 0; at <= last; at += 2) {
    const x = (points[at] ?? 0) * size + right;
    const y = (points[at + 1] ?? 0) * size + down;
    if (at === 0) context.moveTo(x, y);
    else if (at === last || Math.abs(x - lastX) > SAME_PX || Math.abs(y - lastY) > SAME_PX) {
      context.lineTo(x, y);
    } else continue;
    lastX = x;
    lastY = y;
  }
}
