/** Addresses of the API, relative to the page's base, so that they are right under any base path. */

import type { Get, Post } from './types';

export type Row = { readonly path: object; readonly query: object };
/** What a row takes: only what it has, and optional where all of it is. */
export type Given<R extends Row> = Part<'path', R['path']> & Part<'query', R['query']>;

type Part<Name extends string, Value> = keyof Value extends never
  ? { readonly [key in Name]?: never }
  : object extends Value
    ? { readonly [key in Name]?: Value }
    : { readonly [key in Name]: Value };

/** The arguments behind a path: none needed where nothing has to be given. */
export type Behind<R extends Row, More = unknown> =
  object extends Given<R> ? [given?: Given<R> & More] : [given: Given<R> & More];

/** The address of a GET, such as that of a picture. */
export function address<P extends keyof Get & string>(path: P, ...[given]: Behind<Get[P]>): string {
  return fill(path, given);
}

/** The address of a path with its parameters filled in. */
export function fill(
  path: (keyof Get | keyof Post) & string,
  given: { readonly path?: object; readonly query?: object } | undefined,
): string {
  const segments = new Map<string, unknown>(Object.entries(given?.path ?? {}));
  const filled = path
    .slice(1)
    .replace(/{(\w+)}/g, (_, name: string) => encodeURIComponent(String(segments.get(name))));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given?.query ?? {})) {
    if (value !== undefined && value !== null) query.set(name, String(value));
  }
  return query.size ? `${filled}?${query}` : filled;
}
