/**
 * How large a picture is shown, and which part of it. Pure: sizes and points in, numbers out.
 *
 * Points and shifts are in CSS pixels from the middle of the stage, to the right and down.
 */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** `scale` is 1 where the whole picture is seen; `x` and `y` are where its middle lies. */
export interface Zoom extends Point {
  readonly scale: number;
}

/** What limits a zoom. */
export interface Frame {
  readonly stage: Size;
  /** Of the picture at a scale of 1. */
  readonly picture: Size;
  /** The largest scale, ≥ 1. */
  readonly most: number;
}

export const WHOLE: Zoom = { scale: 1, x: 0, y: 0 };

/** Pixels of the screen for each of the picture, when it cannot be enlarged any more. */
const LARGEST_PIXEL = 2;
/** Small pictures can be enlarged, too. */
const LEAST_MOST = 3;
/** What two taps enlarge by, where the picture has no more pixels than are shown. */
const TAPPED = 2.5;

/** The size at which all of a picture is seen, never enlarged. @param natural of the picture. */
export function fit(natural: Size, stage: Size): Size {
  const by = Math.min(stage.width / natural.width, stage.height / natural.height, 1);
  return { width: natural.width * by, height: natural.height * by };
}

/**
 * @param density pixels of the screen in one of CSS.
 */
export function frame(natural: Size, stage: Size, density: number): Frame {
  const picture = fit(natural, stage);
  const sharp = actual(natural, picture, density);
  return { stage, picture, most: Math.max(LEAST_MOST, LARGEST_PIXEL * sharp) };
}

/** The scale at which a pixel of the picture is one of the screen. */
export function actual(natural: Size, picture: Size, density: number): number {
  return picture.width > 0 ? natural.width / (picture.width * density) : 1;
}

/** The same with its scale in its limits, and no black where there could be picture. */
export function bounded(zoom: Zoom, { stage, picture, most }: Frame): Zoom {
  const scale = Math.min(Math.max(zoom.scale, 1), most);
  const reach = (shown: number, room: number): number => Math.max(0, (shown * scale - room) / 2);
  return {
    scale,
    x: within(zoom.x, reach(picture.width, stage.width)),
    y: within(zoom.y, reach(picture.height, stage.height)),
  };
}

/** Enlarged by a factor, while what lies under a point stays there as far as the limits let it. */
export function around(zoom: Zoom, limits: Frame, point: Point, factor: number): Zoom {
  const scale = Math.min(Math.max(zoom.scale * factor, 1), limits.most);
  return bounded(pinned(zoom, point, point, scale), limits);
}

/** Moved, and enlarged: what lay under `from` comes to lie under `to`. Not in any limits. */
export function pinned(zoom: Zoom, from: Point, to: Point, scale: number): Zoom {
  const by = scale / zoom.scale;
  return {
    scale,
    x: to.x - (from.x - zoom.x) * by,
    y: to.y - (from.y - zoom.y) * by,
  };
}

export function moved(zoom: Zoom, limits: Frame, by: Point): Zoom {
  return bounded({ scale: zoom.scale, x: zoom.x + by.x, y: zoom.y + by.y }, limits);
}

/** What two taps do: the whole picture, or its pixels as they are. @param sharp see `actual`. */
export function tapped(zoom: Zoom, limits: Frame, point: Point, sharp: number): Zoom {
  if (zoom.scale > 1) return WHOLE;
  return around(zoom, limits, point, sharp > 1.5 ? sharp : TAPPED);
}

function within(value: number, reach: number): number {
  // Without a negative zero.
  return Math.min(Math.max(value, -reach), reach) + 0;
}
