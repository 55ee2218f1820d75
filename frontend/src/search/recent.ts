/** What was searched for last in this browser, the latest first. */

const KEY = 'searches';
const MOST = 8;
const MOST_SIGNS = 200;

/** Where they are kept; a browser may have none. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export function recent(shelf: Shelf | undefined = ownShelf()): string[] {
  try {
    const found: unknown = JSON.parse(shelf?.getItem(KEY) ?? '[]');
    if (!Array.isArray(found)) return [];
    return found.filter((one): one is string => typeof one === 'string').slice(0, MOST);
  } catch {
    return [];
  }
}

/** Put one in front. */
export function remember(text: string, shelf: Shelf | undefined = ownShelf()): void {
  if (!text || text.length > MOST_SIGNS) return;
  const all = [text, ...recent(shelf).filter((one) => one !== text)].slice(0, MOST);
  try {
    shelf?.setItem(KEY, JSON.stringify(all));
  } catch {
    // Full, or not allowed: nothing depends on it.
  }
}

export function forget(shelf: Shelf | undefined = ownShelf()): void {
  try {
    shelf?.removeItem(KEY);
  } catch {
    // As above.
  }
}

/** The browser's, unless it is not allowed to keep anything. */
function ownShelf(): Shelf | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
