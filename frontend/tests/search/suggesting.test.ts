import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Client } from '../../src/api/client';
import { Suggesting } from '../../src/search/suggesting.svelte';

interface Asked {
  readonly q: string;
  readonly signal: AbortSignal;
  readonly answer: (texts: readonly string[]) => void;
  readonly fail: () => void;
}

let asked: Asked[] = [];

const client = {
  get: (_: string, given: { query: { q: string }; signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      asked.push({
        q: given.query.q,
        signal: given.signal,
        answer: (texts) => resolve({ suggestions: texts.map((text) => ({ text })) }),
        fail: () => reject(new Error('gone')),
      });
    }),
} as unknown as Pick<Client, 'get'>;

beforeEach(() => {
  asked = [];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

const texts = (one: Suggesting): string[] => one.list.map(({ text }) => text);

test('one request for what was typed quickly', async () => {
  const suggesting = new Suggesting(client);
  for (const text of ['r', 'ro', 'rom']) suggesting.ask(text);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked.map(({ q }) => q)).toEqual(['rom']);
  asked[0]?.answer(['rome']);
  await vi.advanceTimersByTimeAsync(0);
  expect(texts(suggesting)).toEqual(['rome']);
});

test('an answer that comes too late is not shown', async () => {
  const suggesting = new Suggesting(client);
  suggesting.ask('ro');
  await vi.advanceTimersByTimeAsync(500);
  suggesting.ask('pa');
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[0]?.answer(['rome']);
  await vi.advanceTimersByTimeAsync(500);
  expect(texts(suggesting)).toEqual([]);
  asked[1]?.answer(['paris']);
  await vi.advanceTimersByTimeAsync(0);
  expect(texts(suggesting)).toEqual(['paris']);
  suggesting.ask(' ');
  expect(texts(suggesting)).toEqual([]);
});

test('without an answer there are none', async () => {
  const suggesting = new Suggesting(client);
  suggesting.ask('ro');
  await vi.advanceTimersByTimeAsync(500);
  asked[0]?.fail();
  await vi.advanceTimersByTimeAsync(0);
  expect(texts(suggesting)).toEqual([]);
});
