/** Where the gallery lives: the server fills in `<base href>`, which differs behind a proxy. */

/** With a slash at its end. */
export const base = new URL(document.baseURI);

/** The path of an address below the base, beginning with a slash; null where it lies elsewhere. */
export function below(address: URL, from: URL = base): string | null {
  if (address.origin !== from.origin) return null;
  // `/photos` is the base `/photos/`, too.
  if (`${address.pathname}/` === from.pathname) return '/';
  return address.pathname.startsWith(from.pathname)
    ? `/${address.pathname.slice(from.pathname.length)}`
    : null;
}
