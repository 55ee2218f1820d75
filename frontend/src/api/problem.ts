/** What may go wrong with a request: the server says no, or there is no server. */

import type { Problem } from './types';

/** The server's answer is a problem. */
export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    /** Seconds after which asking again may help; null where the server does not say. */
    readonly retryAfterS: number | null = null,
  ) {
    super(problem.detail);
    this.name = 'Refused';
  }
}

/** Nobody answered. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('The server does not answer.', { cause });
    this.name = 'Unreachable';
  }
}

/** The problem of an answer that is none of 2xx; made up where a proxy has answered instead. */
export async function refusal(response: Response): Promise<Refused> {
  const after = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  return new Refused(await read(response), Number.isNaN(after) ? null : after);
}

async function read(response: Response): Promise<Problem> {
  if (response.headers.get('content-type')?.startsWith('application/problem+json')) {
    try {
      return (await response.json()) as Problem;
    } catch {
      // Cut off on the way.
    }
  }
  const { status, statusText } = response;
  return {
    title: statusText,
    status,
    code: status === 503 ? 'busy' : 'internal',
    detail: `${status} ${statusText}`.trim(),
  };
}
