import { afterEach, expect, test, vi } from 'vitest';
import { chooseLanguage, chosenLanguage, wantedLanguages } from '../../src/strings/language';

function storage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

afterEach(() => vi.unstubAllGlobals());

test('a choice comes before what the browser says, and keeps its region', () => {
  vi.stubGlobal('localStorage', storage());
  expect(wantedLanguages(['en-GB', 'de-AT'])).toEqual(['en-GB', 'de-AT']);
  chooseLanguage('de');
  expect(wantedLanguages(['en-GB', 'de-AT'])).toEqual(['de-AT', 'de']);
  chooseLanguage(null);
  expect(chosenLanguage()).toBeNull();
});

test('what is kept there may be anything, or refused', () => {
  const kept = storage();
  vi.stubGlobal('localStorage', kept);
  kept.setItem('language', 'toString');
  expect(chosenLanguage()).toBeNull();
  vi.stubGlobal('localStorage', {
    getItem: () => {
      throw new DOMException('no', 'SecurityError');
    },
  });
  expect(wantedLanguages(['fr'])).toEqual(['fr']);
});
