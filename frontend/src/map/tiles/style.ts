/** How wide and in which colours the kinds of a tile are painted. */

import type { Area, Way } from './schema';

/** Names of colours in the tokens, without `--map-`. */
export const COLOURS = [
  'water',
  'land',
  'urban',
  'green',
  'wood',
  'sand',
  'ice',
  'building',
  'wall',
  'road',
  'kerb',
  'highway',
  'bank',
  'path',
  'rail',
  'border',
] as const;

export type Colour = (typeof COLOURS)[number];
export type Palette = Readonly<Record<Colour, string>>;

export const AREA_COLOURS: Readonly<Record<Area, Colour>> = {
  earth: 'land',
  urban: 'urban',
  green: 'green',
  wood: 'wood',
  sand: 'sand',
  ice: 'ice',
  water: 'water',
  apron: 'kerb',
  building: 'building',
};

export interface Stroke {
  readonly colour: Colour;
  /** Around it, from where there is room; of the colour of an edge. */
  readonly edge: Colour | null;
  /** In CSS pixels. */
  readonly width: number;
  /** On and off in CSS pixels; empty for a line without gaps. */
  readonly dashes: readonly number[];
}

interface Rule {
  readonly colour: Colour;
  readonly edge?: Colour;
  readonly dashes?: readonly number[];
  /** Zoom and width, with the rest in between; nothing before the first. */
  readonly widths: readonly (readonly [zoom: number, px: number])[];
}

const RULES: Readonly<Record<Way, Rule>> = {
  stream: {
    colour: 'water',
    widths: [
      [12.5, 0.6],
      [15, 1.4],
      [18, 5],
    ],
  },
  river: {
    colour: 'water',
    widths: [
      [7, 0.6],
      [11, 1.4],
      [15, 4],
      [18, 12],
    ],
  },
  path: {
    colour: 'path',
    dashes: [3, 2],
    widths: [
      [14, 0.8],
      [16, 1.1],
      [18, 2],
    ],
  },
  service: {
    colour: 'road',
    edge: 'kerb',
    widths: [
      [14, 0.7],
      [16, 3],
      [18, 9],
    ],
  },
  minor: {
    colour: 'road',
    edge: 'kerb',
    widths: [
      [12, 0.5],
      [13.5, 1.4],
      [16, 6],
      [18, 17],
    ],
  },
  medium: {
    colour: 'road',
    edge: 'kerb',
    widths: [
      [10, 0.6],
      [12, 1.2],
      [14, 3.2],
      [16, 8],
      [18, 21],
    ],
  },
  major: {
    colour: 'road',
    edge: 'kerb',
    widths: [
      [7, 0.6],
      [10, 1.2],
      [12, 2.2],
      [14, 4.5],
      [16, 10],
      [18, 25],
    ],
  },
  highway: {
    colour: 'highway',
    edge: 'bank',
    widths: [
      [5, 0.7],
      [8, 1.2],
      [11, 2.6],
      [14, 5.5],
      [16, 11],
      [18, 26],
    ],
  },
  rail: {
    colour: 'rail',
    widths: [
      [9, 0.5],
      [13, 0.9],
      [16, 1.6],
      [18, 2.4],
    ],
  },
  runway: {
    colour: 'kerb',
    widths: [
      [10, 0.8],
      [13, 4],
      [16, 22],
      [18, 70],
    ],
  },
  region: {
    colour: 'border',
    dashes: [4, 3],
    widths: [
      [4, 0.6],
      [8, 0.8],
      [14, 1.2],
    ],
  },
  border: {
    colour: 'border',
    widths: [
      [0, 0.75],
      [8, 1.2],
      [14, 1.8],
    ],
  },
};
/** Narrower roads have no edge; before they have one, they are of its colour, to be seen at all. */
const EDGED_PX = 2.4;

/** How a way is painted; null where it is not yet. */
export function strokeOf(way: Way, zoom: number): Stroke | null {
  const { colour, edge = null, dashes = [], widths } = RULES[way];
  const width = between(widths, zoom);
  if (width === 0) return null;
  if (!edge || width >= EDGED_PX) return { colour, edge, width, dashes };
  return { colour: edge, edge: null, width, dashes };
}

/** Buildings come slowly. */
export function alphaOf(area: Area, zoom: number): number {
  if (area === 'building') return Math.min(Math.max(zoom - 13.5, 0), 1);
  return 1;
}

function between(steps: Rule['widths'], zoom: number): number {
  let before: readonly [number, number] | undefined;
  for (const step of steps) {
    if (zoom < step[0]) {
      if (!before) return 0;
      const part = (zoom - before[0]) / (step[0] - before[0]);
      // Widths grow as the map does: by a factor.
      return before[1] * (step[1] / before[1]) ** part;
    }
    before = step;
  }
  return before?.[1] ?? 0;
}
