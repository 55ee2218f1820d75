/** Rules that hold for all sources, and that no compiler knows. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');
const PATHS = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((one) => one.isFile() && /\.(ts|svelte)$/.test(one.name))
  .map((one) => relative(SRC, join(one.parentPath, one.name)));
const SOURCES = new Map(PATHS.map((path) => [path, readFileSync(join(SRC, path), 'utf8')]));

/** Folders from the ground up: each imports only from those before it, and from itself. */
const FLOORS = [['api'], ['model'], ['state', 'strings'], ['widgets']];
/** On top: they do not see each other, but for what the second one gives to all. */
const VIEWS = ['timeline', 'viewer', 'search', 'map', 'folders', 'health', 'settings'];
/** What each view may take from the timeline: the same rows for a search, a folder, an area. */
const SHARED = 'timeline';

/** Path → what it imports of our own, as paths; types count, too. */
function imported(path: string): string[] {
  const words = SOURCES.get(path)?.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g) ?? [];
  return [...words].map(([, target = '']) => {
    const plain = relative(SRC, join(SRC, dirname(path), target));
    const found = [plain, `${plain}.ts`, `${plain}/index.ts`].find((one) => SOURCES.has(one));
    return found ?? plain;
  });
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  const floor = (name: string): number => FLOORS.findIndex((names) => names.includes(name));
  if (VIEWS.includes(from)) return floor(to) >= 0 || to === SHARED;
  return floor(to) >= 0 && floor(to) < floor(from);
}

function folderOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : '';
}

test('each folder is known here', () => {
  const known = new Set([...FLOORS.flat(), ...VIEWS, 'worker', '']);
  expect(PATHS.map(folderOf).filter((folder) => !known.has(folder))).toEqual([]);
});

test('imports go down only', () => {
  const wrong = PATHS.filter((path) => folderOf(path)).flatMap((path) =>
    imported(path)
      // What a view is given is told by the list of views.
      .filter((to) => to !== 'views.ts' && !mayImport(folderOf(path), folderOf(to)))
      .map((to) => `${path} imports ${to}`),
  );
  expect(wrong).toEqual([]);
});

/** What the page's Content-Security-Policy refuses, or what would let a name in a photo run. */
const NEVER: readonly [string, RegExp][] = [
  ['HTML made of strings', /\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write/],
  ['code made of strings', /\beval\(|new Function\(/],
  ['a style in an attribute', /\sstyle="[^{]/],
  ['another address', /https?:\/\/(?!www\.w3\.org\/2000\/svg)/],
];

test.each(NEVER)('never: %s', (_, pattern) => {
  const wrong = [...SOURCES].filter(
    ([path, text]) => path !== 'api/types.ts' && pattern.test(text),
  );
  expect(wrong.map(([path]) => path)).toEqual([]);
});
