import { expect, test } from 'vitest';
import { lastOf, shortened, visible } from '../../src/model/names';

test.each([
  ['IMG_1.jpg', 'IMG_1.jpg'],
  ['a\nb\u001b[31m', 'a[U+000A]b[U+001B][31m'],
  ['\u202egpj.exe', '[U+202E]gpj.exe'],
  ['zero\u200bwidth\ufeff', 'zero[U+200B]width[U+FEFF]'],
  ['Ünïcode 東京 🏖️', 'Ünïcode 東京 🏖️'],
  ['👩‍👩‍👧‍👦 🏳️‍🌈 👩🏽‍🚀', '👩‍👩‍👧‍👦 🏳️‍🌈 👩🏽‍🚀'],
  ['a\u200db 👩\u200db', 'a[U+200D]b 👩[U+200D]b'],
  ['<img onerror=alert(1)>', '<img onerror=alert(1)>'],
])('%j is shown as %j', (name, shown) => {
  expect(visible(name)).toBe(shown);
});

test.each([
  ['short', 10, 'short'],
  ['0123456789', 10, '0123456789'],
  ['0123456789a', 10, '012345…89a'],
  ['🏖🏖🏖🏖🏖🏖🏖🏖', 7, '🏖🏖🏖🏖…🏖🏖'],
])('%s in %i signs', (name, most, shown) => {
  expect(shortened(name, most)).toBe(shown);
  expect(Array.from(shown).length).toBeLessThanOrEqual(most);
});

test('the last part of a path', () => {
  expect(lastOf('/home/ann/Photos/')).toBe('Photos');
  expect(lastOf('C:\\Users\\ann\\Photos')).toBe('Photos');
  expect(lastOf('/')).toBe('/');
});
