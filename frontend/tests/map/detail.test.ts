import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { MapFileOf } from '../../src/api/types';
import { Tiles } from '../../src/map/tiles/detail.svelte';
import type { Asked, Order, Outcome } from '../../src/map/tiles/messages';
import { project, settled, type Window } from '../../src/model/mercator';

const FILE: MapFileOf = {
  version: '1',
  kind: 'vector',
  min_zoom: 0,
  max_zoom: 14,
  west: -180,
  south: -85,
  east: 180,
  north: 85,
  name: '',
  attribution: '',
};

/** A painter whose answers the test gives. */
class Painter {
  static all: Painter[] = [];
  orders: Order[] = [];
  cancelled: number[] = [];
  ended = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { preventDefault(): void }) => void) | null = null;

  constructor() {
    Painter.all.push(this);
  }

  static get last(): Painter {
    return Painter.all.at(-1)!;
  }

  postMessage(asked: Asked): void {
    if (asked.type === 'order') this.orders.push(asked);
    if (asked.type === 'cancel') this.cancelled.push(asked.id);
  }

  terminate(): void {
    this.ended = true;
  }

  busy(id: number): void {
    this.onmessage?.({ data: { type: 'busy', id } });
  }

  done(id: number, outcome: Outcome = 'painted'): typeof picture {
    const picture = { close: vi.fn() };
    const sent = outcome === 'painted' ? picture : null;
    this.onmessage?.({ data: { type: 'done', id, outcome, picture: sent, names: [] } });
    return picture;
  }
}

const context = {
  save: vi.fn(),
  restore: vi.fn(),
  beginPath: vi.fn(),
  clip: vi.fn(),
  rect: vi.fn(),
  drawImage: vi.fn(),
  globalAlpha: 1,
};
const at = (zoom: number, [width, height] = [1_400, 900]): Window =>
  settled({ ...project(48, 16), zoom, width: width!, height: height! });

function made(colour = 'red'): { tiles: Tiles; draw: (zoom?: number) => void; dye: typeof dye } {
  const tiles = new Tiles(FILE, 'http://own/tiles', 'en', () => new Painter() as unknown as Worker);
  const dye = (value: string): void => {
    vi.stubGlobal('getComputedStyle', () => ({ getPropertyValue: () => value }));
    tiles.dye({} as Element);
  };
  dye(colour);
  const draw = (zoom = 12): void =>
    tiles.draw(context as unknown as CanvasRenderingContext2D, at(zoom), 1);
  return { tiles, draw, dye };
}

beforeEach(() => {
  vi.useFakeTimers();
  Painter.all = [];
  vi.clearAllMocks();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Paint all that is wanted. @returns the bytes of the pictures. */
function paintAll(draw: () => void): number {
  let bytes = 0;
  for (let round = 0; round < 30; round++) {
    draw();
    const { orders } = Painter.last;
    if (!orders.length) break;
    for (const { id, px } of orders.splice(0)) {
      bytes += 4 * px * px;
      Painter.last.done(id);
    }
  }
  return bytes;
}

test('squares are painted a few at a time, until all are there', () => {
  const { tiles, draw } = made();
  draw();
  expect(Painter.last.orders).toHaveLength(4);
  draw();
  expect(Painter.last.orders).toHaveLength(4);
  expect(tiles.complete).toBe(false);
  paintAll(draw);
  expect(tiles.complete).toBe(true);
  expect(context.drawImage).toHaveBeenCalled();
});

test('lines are drawn anew in their width, once the zoom is at rest', () => {
  const { tiles, draw } = made();
  paintAll(draw);
  draw(12.2);
  expect(Painter.last.orders).toHaveLength(0);
  vi.advanceTimersByTime(200);
  draw(12.2);
  expect(Painter.last.orders.length).toBeGreaterThan(0);
  expect(tiles.complete).toBe(false);
});

test('a painter that hangs is ended, and done without for that square alone', () => {
  const { draw } = made();
  draw();
  const [first, ...rest] = Painter.last.orders;
  const hanging = Painter.last;
  hanging.busy(first!.id);
  vi.advanceTimersByTime(5_000);
  expect(hanging.ended).toBe(true);
  draw();
  const again = Painter.last.orders.map(({ square }) => square);
  expect(again).not.toContainEqual(first!.square);
  expect(again).toEqual(expect.arrayContaining(rest.map(({ square }) => square)));
});

test('who waits for the network is not hanging', () => {
  const { draw } = made();
  draw();
  vi.advanceTimersByTime(60_000);
  expect(Painter.last.ended).toBe(false);
  Painter.last.busy(1);
  Painter.last.done(1);
  vi.advanceTimersByTime(60_000);
  expect(Painter.last.ended).toBe(false);
});

test('one order that ends says nothing of another', () => {
  const { draw } = made();
  draw();
  const [hanging, quick] = Painter.last.orders;
  const painter = Painter.last;
  painter.busy(hanging!.id);
  painter.busy(quick!.id);
  painter.done(quick!.id);
  vi.advanceTimersByTime(5_000);
  expect(painter.ended).toBe(true);
  draw();
  expect(Painter.last.orders.map(({ square }) => square)).not.toContainEqual(hanging!.square);
});

test('what a dead painter was at is not held against the next', () => {
  const { draw } = made();
  draw();
  Painter.last.busy(Painter.last.orders[0]!.id);
  Painter.last.onerror?.({ preventDefault: () => undefined });
  draw();
  const next = Painter.last;
  vi.advanceTimersByTime(5_000);
  expect(next.ended).toBe(false);
});

test.each([12, 12.1, 12.2, 12.3, 12.4, 12.49])('of any screen all is there at %d', (zoom) => {
  const { tiles } = made();
  const draw = (): void =>
    tiles.draw(context as unknown as CanvasRenderingContext2D, at(zoom, [3_840, 2_060]), 2);
  draw();
  vi.advanceTimersByTime(200);
  const bytes = paintAll(draw);
  expect(tiles.complete).toBe(true);
  draw();
  expect(Painter.last.orders).toHaveLength(0);
  // It has as many pixels as there is room for, and no more.
  expect(bytes / 2 ** 27).toBeCloseTo(1, 1);
});

test('what is no longer in sight is taken back, and does not hold up what is', () => {
  const { draw } = made();
  draw();
  const before = Painter.last.orders.splice(0).map(({ id }) => id);
  draw(15);
  expect(Painter.last.cancelled).toEqual(before);
  expect(Painter.last.orders).toHaveLength(4);
  draw(15);
  expect(Painter.last.cancelled).toHaveLength(4);
  expect(Painter.last.done(before[0]!).close).toHaveBeenCalled();
});

test('after some painters no more are hired', () => {
  const { draw } = made();
  for (let death = 0; death < 20; death++) {
    draw();
    Painter.last.onerror?.({ preventDefault: () => undefined });
  }
  expect(Painter.all.length).toBeLessThanOrEqual(6);
});

test('what is broken or not there is not asked for again, what is away is, later', () => {
  const { draw } = made();
  draw();
  const [broken, none, away] = Painter.last.orders.splice(0);
  Painter.last.done(broken!.id, 'broken');
  Painter.last.done(none!.id, 'none');
  Painter.last.done(away!.id, 'away');
  draw();
  expect(Painter.last.orders).toHaveLength(0);
  vi.advanceTimersByTime(6_000);
  draw();
  const again = Painter.last.orders.map(({ square }) => square);
  expect(again).toContainEqual(away!.square);
  expect(again).not.toContainEqual(broken!.square);
  expect(again).not.toContainEqual(none!.square);
});

test('in other colours everything is painted anew', () => {
  const { draw, dye } = made();
  draw();
  const [early] = Painter.last.orders.splice(0);
  dye('blue');
  // In the old ones, and too late.
  const picture = Painter.last.done(early!.id);
  expect(picture.close).toHaveBeenCalled();
  draw();
  expect(Painter.last.orders.map(({ square }) => square)).toContainEqual(early!.square);
  expect(Painter.last.orders[0]!.palette.water).toBe('blue');
});

test('pictures that are no longer kept are closed', () => {
  const { tiles, draw } = made();
  draw();
  const picture = Painter.last.done(Painter.last.orders[0]!.id);
  const painter = Painter.last;
  tiles.close();
  expect(picture.close).toHaveBeenCalled();
  expect(painter.ended).toBe(true);
});
