/** What is done once Vite has written its files: the worker's list, licenses, sizes, compression. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import type { Licenses } from './licenses.ts';

const COMPRESSED = new Set(['.js', '.css', '.svg', '.json', '.txt', '.webmanifest']);
/** Smaller ones go into one packet anyway. */
const SMALL_BYTES = 1_000;
/** What stands in the place of the worker's list in its source. */
const LIST = /\[\s*["'`]shell["'`]\s*\]/;

export function finish(licenses: Licenses): Plugin {
  let folder = '';
  let isWritten = false;
  return {
    name: 'finish',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
      if (config.build.outDir.startsWith('/')) folder = config.build.outDir;
    },
    writeBundle() {
      isWritten = true;
    },
    closeBundle: {
      order: 'post',
      handler() {
        if (!isWritten) return; // a build that failed is closed, too, and not told why
        const first = firstLoad(readFileSync(join(folder, 'index.html'), 'utf8'));
        listShell(folder, first);
        writeFileSync(join(folder, 'licenses.txt'), licenses.text());
        tellSizes(folder, first);
        files(folder).forEach(compress);
      },
    },
  };
}

/** What a browser needs before the first picture: what the page names. */
export function firstLoad(page: string): string[] {
  const named = /<(?:script|link)[^>]*\s(?:src|href)="\.?\/?(assets\/[^"]+\.(?:js|css))"/g;
  return [...page.matchAll(named)].map((found) => found[1] ?? '');
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));
}

/** The worker keeps the page and what it names; a new build is another worker. */
function listShell(folder: string, first: readonly string[]): void {
  const page = readFileSync(join(folder, 'index.html'));
  const path = join(folder, 'sw.js');
  const source = readFileSync(path, 'utf8');
  const version = createHash('sha256').update(page).digest('hex').slice(0, 12);
  const written = source.replace(LIST, () => JSON.stringify([version, ...first]));
  if (written === source) throw new Error('sw.js has no place for the list of the shell');
  writeFileSync(path, written);
}

function tellSizes(folder: string, first: readonly string[]): void {
  const sizes = files(folder)
    .filter((path) => ['.js', '.css'].includes(extname(path)))
    .map((path): [string, number] => [relative(folder, path), gzip(readFileSync(path)).length])
    .sort((one, other) => other[1] - one[1]);
  const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
  for (const [name, bytes] of sizes) {
    console.log(`${kB(bytes)} gzipped  ${name}${first.includes(name) ? '  (first load)' : ''}`);
  }
  const total = sizes
    .filter(([name]) => first.includes(name))
    .reduce((sum, [, bytes]) => sum + bytes, 0);
  console.log(`${kB(total)} gzipped  first load, of 90 kB`);
}

function compress(path: string): void {
  if (!COMPRESSED.has(extname(path)) || statSync(path).size < SMALL_BYTES) return;
  const content = readFileSync(path);
  const brotli = brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, gzip(content));
}

function gzip(content: Buffer): Buffer {
  return gzipSync(content, { level: 9 });
}
