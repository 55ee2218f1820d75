import { afterEach, beforeEach, expect, test, vi } from 'vitest';

vi.stubGlobal('document', { baseURI: 'http://localhost:8000/' });
const { Connection } = await import('../../src/state/connection.svelte');

let there = false;
let asked = 0;

function connect(): InstanceType<typeof Connection> {
  return new Connection(async () => {
    asked += 1;
    return there;
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  there = false;
  asked = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

test('a server that is gone is asked for, less and less often, until it is back', async () => {
  const connection = connect();
  expect(connection.state).toBe('fine');
  connection.unreachable();
  expect(connection.state).toBe('gone');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toBe(3); // after 1, 3 and 7 seconds
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked).toBeLessThan(26);
  there = true;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(connection.state).toBe('fine');
  const before = asked;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked).toBe(before);
});

test('any answer means that it is back', async () => {
  const connection = connect();
  connection.unreachable();
  connection.answered(404);
  expect(connection.state).toBe('fine');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(0);
});

test('how often it has come back', async () => {
  const connection = connect();
  connection.answered(200);
  expect(connection.returns).toBe(0);
  connection.unreachable();
  connection.answered(200);
  expect(connection.returns).toBe(1);
  connection.unreachable();
  there = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(connection.returns).toBe(2);
});

test('a doubt is settled by asking', async () => {
  const connection = connect();
  there = true;
  await connection.doubt();
  expect(connection.state).toBe('fine');
  there = false;
  await connection.doubt();
  expect(connection.state).toBe('gone');
});

test('a proxy without a server behind it is no server', () => {
  const connection = connect();
  connection.answered(502);
  expect(connection.state).toBe('gone');
});

test('a session that has ended is told', () => {
  const connection = connect();
  connection.answered(401);
  expect(connection.state).toBe('signed_out');
  connection.answered(200);
  expect(connection.state).toBe('fine');
});
