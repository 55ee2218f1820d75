/**
 * A page that was open while its server was updated: the parts of it that were not loaded yet are
 * no more. It loads itself again then, once for each version.
 */

import { base } from './base';

const NAME = 'renewed';
const SCRIPT = /<script[^>]*\ssrc="([^"]*\/index-[^"]*\.js)"/;

/** The address of the script that a page begins with; null where it is not the gallery. */
export function scriptOf(page: string): string | null {
  return SCRIPT.exec(page)?.[1] ?? null;
}

/** What is called when a part could not be loaded. */
export async function renew(): Promise<void> {
  const now = document.querySelector('script[src]')?.getAttribute('src');
  try {
    const answer = await fetch(base, { cache: 'no-store', headers: { Accept: 'text/html' } });
    const next = answer.ok ? scriptOf(await answer.text()) : null;
    // A server that is away, or the same one: loading again would mend nothing.
    if (next === null || next === now || sessionStorage.getItem(NAME) === next) return;
    sessionStorage.setItem(NAME, next);
    location.reload();
  } catch {
    // Whoever needs the part says that it is not there.
  }
}
