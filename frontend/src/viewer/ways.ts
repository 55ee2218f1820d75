/**
 * Which way a picture lies. Not every browser turns every kind of picture as its EXIF data say (of
 * WebP, chromium does not), and an original must not lie another way than what it is laid over.
 */

/** What is compared is so small that nothing but the large parts of a picture are seen. */
export const EDGE = 16;
/** Steps of 256 by which the best fit may be better: noise, and pictures that look alike turned. */
const SLACK = 6;

type Way = (row: number, column: number) => readonly [number, number];

const LAST = EDGE - 1;
const MIRRORED: readonly Way[] = [
  (row, column) => [row, column],
  (row, column) => [row, LAST - column],
  (row, column) => [LAST - row, column],
  (row, column) => [LAST - row, LAST - column],
];
/** All eight: the first one is as it is. */
const WAYS: readonly Way[] = [
  ...MIRRORED,
  ...MIRRORED.map(
    (way): Way =>
      (row, column) =>
        way(column, row),
  ),
];

/** Whether two pictures lie the same way. @param one and other as `seen` gives them. */
export function sameWay(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  const differences = WAYS.map((way) => difference(one, other, way));
  return (differences[0] ?? 0) <= Math.min(...differences) + SLACK;
}

/** Red, green and blue of all of it, row by row, made very small; null where it cannot be had. */
export function seen(image: HTMLImageElement): ArrayLike<number> | null {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = EDGE;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(image, 0, 0, EDGE, EDGE);
  const { data } = context.getImageData(0, 0, EDGE, EDGE);
  return data.filter((_, at) => at % 4 !== 3);
}

function difference(one: ArrayLike<number>, other: ArrayLike<number>, way: Way): number {
  let sum = 0;
  for (let row = 0; row < EDGE; row++) {
    for (let column = 0; column < EDGE; column++) {
      const [r, c] = way(row, column);
      const [a, b] = [3 * (row * EDGE + column), 3 * (r * EDGE + c)];
      for (let sign = 0; sign < 3; sign++) {
        sum += Math.abs((one[a + sign] ?? 0) - (other[b + sign] ?? 0));
      }
    }
  }
  return sum / (3 * EDGE * EDGE);
}
