/**
 * Writes addresses into the address bar. Browsers take only so many in a short time (WebKit 100 in
 * 10 s, Chromium 200), and refuse the others with an error or without a word: whoever holds an
 * arrow key down comes there. What was refused last is written as soon as it may be.
 */

const AGAIN_MS = 1_000;
/** What is refused for so much longer than that has another reason. */
const MOST_TRIES = 30;

export class AddressBar {
  #again: ReturnType<typeof setTimeout> | undefined;
  /** An entry that was refused, and is still to be added. */
  #owed: { readonly state: unknown } | null = null;

  /** @param replace the entry of the history, instead of adding one. */
  write(address: URL, state: unknown, replace: boolean): void {
    const owed = replace && address.href !== location.href ? this.#owed : null;
    this.forget();
    this.#write(address, owed ? owed.state : state, replace && !owed, MOST_TRIES);
  }

  /** Somebody has gone elsewhere: what was refused counts no more. */
  forget(): void {
    clearTimeout(this.#again);
    this.#owed = null;
  }

  #write(address: URL, state: unknown, replace: boolean, tries: number): void {
    try {
      if (replace) history.replaceState(state, '', address);
      else history.pushState(state, '', address);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'SecurityError') throw error;
    }
    const written = location.href === address.href;
    this.#owed = written || replace ? null : { state };
    if (written || tries <= 1) return;
    this.#again = setTimeout(() => this.#write(address, state, replace, tries - 1), AGAIN_MS);
  }
}
