import { expect, test } from 'vitest';
import { address } from '../../src/api/address';
import { Client } from '../../src/api/client';
import { Refused, Unreachable } from '../../src/api/problem';

interface Asked {
  readonly url: string;
  readonly options: RequestInit;
}

const DIGEST = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

function clientOf(...answers: (Response | Error)[]) {
  const asked: Asked[] = [];
  const told: string[] = [];
  const listener = {
    answered: (status: number) => void told.push(`${status}`),
    unreachable: () => void told.push('unreachable'),
  };
  const client = new Client('http://localhost:8000/photos/', listener, async (url, options) => {
    asked.push({ url: String(url), options: options ?? {} });
    const answer = answers.shift() ?? new Error('one request too many');
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { client, asked, told };
}

function json(value: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { headers });
}

test('addresses are relative, with each part encoded', () => {
  const path = { digest: DIGEST, kind: 'grid' } as const;
  expect(address('/api/v1/assets/{digest}/renditions/{kind}', { path })).toBe(
    `api/v1/assets/${DIGEST}/renditions/grid`,
  );
  expect(address('/api/v1/downloads/{key}', { path: { key: 'a/b?c' } })).toBe(
    'api/v1/downloads/a%2Fb%3Fc',
  );
  expect(address('/api/v1/timeline', { query: { q: 'a & b' } })).toBe('api/v1/timeline?q=a+%26+b');
  expect(address('/api/v1/folders')).toBe('api/v1/folders');
});

test('a value, from below the base', async () => {
  const { client, asked, told } = clientOf(json([]));
  expect(await client.get('/api/v1/folders')).toEqual([]);
  expect(asked[0]?.url).toBe('http://localhost:8000/photos/api/v1/folders');
  expect(told).toEqual(['200']);
});

test('what has not changed is not read again', async () => {
  const shape = { cursor: 'a', signs: '', days: [] };
  const { client, asked } = clientOf(
    json(shape, { etag: '"1"' }),
    new Response(null, { status: 304 }),
    json({ ...shape, cursor: 'b' }, { etag: '"2"' }),
  );
  const first = await client.getTagged('/api/v1/timeline', null, { query: { order: 'local' } });
  expect(first).toEqual({ value: shape, etag: '"1"' });
  expect(await client.getTagged('/api/v1/timeline', first)).toBe(first);
  expect(new Headers(asked[1]?.options.headers).get('if-none-match')).toBe('"1"');
  expect((await client.getTagged('/api/v1/timeline', first)).value.cursor).toBe('b');
});

test('what the server refuses', async () => {
  const problem = { title: 'Bad Request', status: 400, code: 'bad_query', detail: 'No.', at: 3 };
  const { client, told } = clientOf(
    new Response(JSON.stringify(problem), {
      status: 400,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '5' },
    }),
  );
  const error = await client.get('/api/v1/timeline').catch((one: unknown) => one);
  expect(error).toBeInstanceOf(Refused);
  expect(error).toMatchObject({ problem, retryAfterS: 5, message: 'No.' });
  expect(told).toEqual(['400']);
});

test('an answer of somebody else', async () => {
  const { client } = clientOf(new Response('<h1>', { status: 502, statusText: 'Bad Gateway' }));
  await expect(client.get('/api/v1/folders')).rejects.toMatchObject({
    problem: { status: 502, code: 'internal', detail: '502 Bad Gateway' },
  });
});

test('nobody answers, or not to the end', async () => {
  const { client, told } = clientOf(new TypeError('failed'), new Response('{"cut'));
  await expect(client.get('/api/v1/folders')).rejects.toBeInstanceOf(Unreachable);
  await expect(client.get('/api/v1/folders')).rejects.toBeInstanceOf(Unreachable);
  expect(told).toEqual(['unreachable', '200', 'unreachable']);
});

test('who gives up is not told that the server is gone', async () => {
  const { client, asked, told } = clientOf(new DOMException('', 'AbortError'));
  const { signal } = new AbortController();
  await expect(client.get('/api/v1/folders', { signal })).rejects.toBeInstanceOf(DOMException);
  expect(asked[0]?.options.signal).toBe(signal);
  expect(told).toEqual([]);
});

test('having something done', async () => {
  const { client, asked } = clientOf(
    new Response(null, { status: 202 }),
    json({ unknown: [] }),
    json({ files: 3 }),
  );
  expect(await client.post('/api/v1/libraries/scan', undefined)).toBeUndefined();
  await client.post('/api/v1/assets/lookup', { digests: [DIGEST] });
  expect(asked[1]?.options).toMatchObject({ method: 'POST', body: `{"digests":["${DIGEST}"]}` });
  const path = '/api/v1/libraries/{id}/confirm-removals';
  expect(await client.post(path, { held_removals: 3 }, { path: { id: 7 } })).toEqual({ files: 3 });
  expect(asked[2]?.url).toMatch(/libraries\/7\/confirm-removals$/);
});

test('what is to be done may be given up', async () => {
  const { client, asked } = clientOf(json({ files: 1, size_bytes: 2 }));
  const { signal } = new AbortController();
  await client.post('/api/v1/downloads/size', { digests: [DIGEST] }, { signal });
  expect(asked[0]?.options.signal).toBe(signal);
});
