import { expect, test, vi } from 'vitest';

vi.stubGlobal('document', { baseURI: 'http://localhost:8000/photos/' });
const { base, below } = await import('../../src/state/base');
const { ownScript } = await import('../../src/state/trusted');

test.each([
  ['http://localhost:8000/photos/', '/'],
  ['http://localhost:8000/photos', '/'],
  ['http://localhost:8000/photos/map?at=1', '/map'],
  ['http://localhost:8000/photosynthesis', null],
  ['http://localhost:8000/', null],
  ['http://localhost:8001/photos/map', null],
  ['https://localhost:8000/photos/map', null],
])('%s', (address, path) => {
  expect(below(new URL(address), base)).toBe(path);
});

test('at the root all is below', () => {
  expect(below(new URL('http://a/map'), new URL('http://a/'))).toBe('/map');
});

test('only own scripts are run', () => {
  expect(ownScript('sw.js')).toBe('http://localhost:8000/photos/sw.js');
  for (const other of ['//evil.example/x.js', '/x.js', 'javascript:alert(1)', 'data:text/js,1']) {
    expect(() => ownScript(other)).toThrow(TypeError);
  }
});
