import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BROWSERS } from '../browsers';

test('the README names the oldest browsers that it is built for', () => {
  const page = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const { chrome, edge, firefox, safari } = BROWSERS;
  expect(chrome).toBe(edge);
  const named = `Chrome and Edge ${chrome}, Firefox ${firefox}, Safari ${safari}`;
  expect(page.replace(/\s+/g, ' ')).toContain(named);
});
