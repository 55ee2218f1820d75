/** How the text in the box may go on, as the server says a moment after it was typed. */

import type { Client } from '../api/client';
import type { Suggestion } from '../api/types';

const PAUSE_MS = 120;
const MOST = 8;

export class Suggesting {
  #list = $state.raw<readonly Suggestion[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  readonly #server: Pick<Client, 'get'>;

  constructor(asked: Pick<Client, 'get'>) {
    this.#server = asked;
  }

  /** The likeliest first. Those of the text before stay until others are known. */
  get list(): readonly Suggestion[] {
    return this.#list;
  }

  /** Find out about a text, in the place of every other. @param text up to the cursor. */
  ask(text: string): void {
    this.#cancel();
    if (!text.trim()) {
      this.#list = [];
      return;
    }
    this.#timer = setTimeout(() => void this.#fetch(text), PAUSE_MS);
  }

  stop(): void {
    this.#cancel();
    this.#list = [];
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  async #fetch(text: string): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const { suggestions } = await this.#server.get('/api/v1/search/suggestions', {
        query: { q: text, limit: MOST },
        signal: asking.signal,
      });
      if (!asking.signal.aborted) this.#list = suggestions;
    } catch {
      // One can search without them; that the server is gone is told elsewhere.
      if (!asking.signal.aborted) this.#list = [];
    }
  }
}
