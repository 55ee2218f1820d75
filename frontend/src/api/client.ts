/** Asks the server. Every request of the gallery that is no picture or film goes through here. */

import { fill, type Behind } from './address';
import { refusal, Unreachable } from './problem';
import type { Bytes, Get, Post } from './types';

type JsonPath<Table> = {
  [P in keyof Table & string]: Table[P] extends { readonly answer: Bytes } ? never : P;
}[keyof Table & string];

/** Paths that GET answers with JSON. */
export type GetPath = JsonPath<Get>;
/** Paths that take a POST. */
export type PostPath = JsonPath<Post>;

/** An answer with its tag, so that the same one need not be sent and read again. */
export interface Tagged<Value> {
  readonly value: Value;
  readonly etag: string | null;
}

/** Told of each request's end: how the gallery learns that the server is gone, or back. */
export interface Listener {
  answered(status: number): void;
  unreachable(): void;
}

/** What a request may be given besides its parameters. */
export interface Cancelled {
  /** Has it given up: a picture that is not looked at any more need not be asked about. */
  readonly signal?: AbortSignal;
}

export class Client {
  readonly #base: string;
  readonly #listener: Listener;
  readonly #fetch: typeof fetch;

  /**
   * @param base address that the API's paths are relative to, with a slash at its end.
   * @param listener told how each request ended.
   * @param fetcher in the place of the browser's.
   */
  constructor(
    base: string,
    listener: Listener,
    fetcher: typeof fetch = (...words) => fetch(...words),
  ) {
    this.#base = base;
    this.#listener = listener;
    this.#fetch = fetcher;
  }

  /**
   * Get a value.
   *
   * @throws Refused the server says no. Unreachable nobody answers. AbortError by `signal`.
   */
  async get<P extends GetPath>(
    path: P,
    ...[given]: Behind<Get[P], Cancelled>
  ): Promise<Get[P]['answer']> {
    const response = await this.#ask(fill(path, given), signalOf(given));
    return (await this.#json(response)) as Get[P]['answer'];
  }

  /**
   * Get a value, or the one that is known already where it has not changed since.
   *
   * For large values that are asked for again and again: the browser keeps them too, but hands them
   * over as bytes that have to be read anew.
   */
  async getTagged<P extends GetPath>(
    path: P,
    known: Tagged<Get[P]['answer']> | null,
    ...[given]: Behind<Get[P], Cancelled>
  ): Promise<Tagged<Get[P]['answer']>> {
    const headers = known?.etag ? { 'If-None-Match': known.etag } : undefined;
    const response = await this.#ask(fill(path, given), {
      ...signalOf(given),
      ...(headers && { headers }),
    });
    if (response.status === 304 && known) return known;
    const value = (await this.#json(response)) as Get[P]['answer'];
    return { value, etag: response.headers.get('etag') };
  }

  /**
   * Have something done.
   *
   * @throws Refused the server says no. Unreachable nobody answers. AbortError by `signal`.
   */
  async post<P extends PostPath>(
    path: P,
    body: Post[P]['body'],
    ...[given]: Behind<Post[P], Cancelled>
  ): Promise<Post[P]['answer']> {
    const response = await this.#ask(fill(path, given), {
      ...signalOf(given),
      method: 'POST',
      ...(body !== undefined && {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await this.#received(response.text());
    return (text ? JSON.parse(text) : undefined) as Post[P]['answer'];
  }

  async #ask(path: string, options: RequestInit): Promise<Response> {
    const headers = { Accept: 'application/json', ...options.headers };
    const response = await this.#received(
      this.#fetch(new URL(path, this.#base), { ...options, headers, credentials: 'same-origin' }),
    );
    this.#listener.answered(response.status);
    if (!response.ok && response.status !== 304) throw await refusal(response);
    return response;
  }

  #json(response: Response): Promise<unknown> {
    return this.#received(response.json());
  }

  /** Tell apart a server that is gone from whoever has changed his mind. */
  async #received<Value>(coming: Promise<Value>): Promise<Value> {
    try {
      return await coming;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      this.#listener.unreachable();
      throw new Unreachable(error);
    }
  }
}

function signalOf(given: Cancelled | undefined): RequestInit {
  return given?.signal ? { signal: given.signal } : {};
}
