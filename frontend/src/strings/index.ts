/**
 * All that the gallery says. Components read `t` while they render; it is set once, before anything
 * is shown. A language that lacks a string does not compile.
 */

import { en, type Strings } from './en';
import { Format } from './format';

type Catalogue = (format: Format) => Strings;

/** Languages besides English, each fetched only by who reads it. */
const OTHERS: Readonly<Record<string, () => Promise<Catalogue>>> = {
  de: async () => (await import('./de')).de,
};

/** What each language calls itself. */
export const LANGUAGES: Readonly<Record<string, string>> = { en: 'English', de: 'Deutsch' };

export type { Strings } from './en';
export let format = new Format('en');
export let t: Strings = en(format);

/** Speak the first of these languages that there is. @param wanted BCP 47 tags, best first. */
export async function speak(wanted: readonly string[]): Promise<string> {
  for (const tag of [...wanted, 'en']) {
    const language = tag.toLowerCase().split('-')[0] ?? '';
    // Without a server a language that has not been fetched yet is not to be had.
    const catalogue = language === 'en' ? en : await OTHERS[language]?.().catch(() => undefined);
    if (catalogue) {
      format = new Format(tag);
      t = catalogue(format);
      return tag;
    }
  }
  return 'en';
}
