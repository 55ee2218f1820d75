import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pictures } from '../../src/map/pictures.svelte';
import { project, settled, type Window } from '../../src/model/mercator';
import { server } from '../../src/state/server';

vi.mock('../../src/state/server', () => ({
  server: { get: vi.fn(() => Promise.resolve({ clusters: [] })) },
}));

const at = (longitude: number): Window =>
  settled({ ...project(0, longitude), zoom: 10, width: 400, height: 300 });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('what is looked at again and again is not asked for again', async () => {
  const pictures = new Pictures();
  const show = async (longitude: number): Promise<void> => {
    pictures.show(at(longitude));
    await vi.advanceTimersByTimeAsync(100);
  };
  await show(0);
  for (let place = 1; place <= 60; place++) {
    await show(2 * place);
    await show(0);
  }
  expect(server.get).toHaveBeenCalledTimes(61);
});
