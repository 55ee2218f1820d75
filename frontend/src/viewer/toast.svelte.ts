/** A few words that go away by themselves. */

import { t } from '../strings';
import { copy } from '../widgets/clipboard';

/** Long enough to be read: so much for each sign, and never less than so much. */
const LEAST_MS = 3_000;
const SIGN_MS = 60;

export class Toast {
  #text = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  get text(): string {
    return this.#text;
  }

  say(text: string): void {
    this.#text = text;
    clearTimeout(this.#timer);
    const forMs = Math.max(LEAST_MS, SIGN_MS * text.length);
    this.#timer = setTimeout(() => (this.#text = ''), forMs);
  }

  /** @param said when it has been copied. @param root as for `copy`. */
  async copy(text: string, said: string, root: HTMLElement | undefined): Promise<void> {
    this.say(root && (await copy(text, root)) ? said : `${t.viewer.notCopied} ${text}`);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
