/** The kinds of findings, the most serious first. */

import type { Found, Item } from '../api/types';
import { isPictured } from '../model/pictures';

export type Code = Found['code'];

export const CODES = [
  'unreadable',
  'zero_byte',
  'truncated',
  'failed',
  'parked',
  'too_big',
  'wrong_extension',
  'undated',
  'broken_pair',
  'orphan_sidecar',
] as const satisfies readonly Code[];

/** Those that lose something; the others are a matter of order. */
const SERIOUS: ReadonlySet<Code> = new Set([
  'unreadable',
  'zero_byte',
  'truncated',
  'failed',
  'parked',
]);

export function isSerious(code: Code): boolean {
  return SERIOUS.has(code);
}

/** Whether there is a picture to be shown. */
export function hasPicture(item: Item | null): item is Item {
  return item !== null && isPictured(item.picture);
}

export function codeOf(text: string | undefined): Code | undefined {
  return CODES.find((code) => code === text);
}

/** Kinds of which there are some, each with how many. */
export function present(counts: Readonly<Record<string, number>>): { code: Code; count: number }[] {
  return CODES.map((code) => ({ code, count: counts[code] ?? 0 })).filter(({ count }) => count > 0);
}

/** A path in its parts: the name of the file, and what is before it. */
export function parts(path: string): { name: string; folder: string } {
  const at = path.lastIndexOf('/');
  return { name: path.slice(at + 1), folder: path.slice(0, Math.max(at, 0)) };
}

/** Root and path below it, as one would type it. */
export function whole(root: string, path: string): string {
  return root.endsWith('/') ? root + path : `${root}/${path}`;
}
