/** The language that somebody has chosen for this browser. */

import { LANGUAGES } from '.';

const KEY = 'language';

/** Null where none was chosen, or the browser does not say. */
export function chosenLanguage(): string | null {
  try {
    const found = localStorage.getItem(KEY);
    return found !== null && Object.hasOwn(LANGUAGES, found) ? found : null;
  } catch {
    return null; // a browser may refuse to keep anything
  }
}

/** Languages to speak, best first. A choice keeps the region that the browser has for it. */
export function wantedLanguages(given: readonly string[]): readonly string[] {
  const chosen = chosenLanguage();
  if (chosen === null) return given;
  return [...given.filter((tag) => tag.toLowerCase().split('-')[0] === chosen), chosen];
}

/** Choose one, or null for whatever the browser says. What is shown stays until it is reloaded. */
export function chooseLanguage(language: string | null): void {
  try {
    if (language === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, language);
  } catch {
    // Then it cannot be kept.
  }
}
