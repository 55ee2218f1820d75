import { afterEach, expect, test, vi } from 'vitest';
import { mayPlay, thrifty } from '../../src/timeline/hover';

/** A browser whose user prefers this, and saves data or does not. */
function browser(preference: string, saveData?: boolean): void {
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: query.includes(preference) }));
  vi.stubGlobal('navigator', saveData === undefined ? {} : { connection: { saveData } });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  ['nothing', undefined, true, false],
  ['nothing', false, true, false],
  ['nothing', true, false, true],
  ['reduced-motion', undefined, false, false],
  ['reduced-data', undefined, false, true],
])('who prefers %s, and saves data: %s', (preference, saveData, plays, thrift) => {
  browser(preference, saveData);
  expect([mayPlay(), thrifty()]).toEqual([plays, thrift]);
});
