import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AddressBar } from '../../src/state/address_bar';

/** A browser's history that takes no more than some entries, and says so or does not. */
class Browser {
  entries = ['http://gallery/'];
  room = 3;
  silent = false;

  get href(): string {
    return this.entries.at(-1) ?? '';
  }

  replaceState(_: unknown, __: string, address: URL): void {
    if (this.#takes()) this.entries.splice(-1, 1, address.href);
  }

  pushState(_: unknown, __: string, address: URL): void {
    if (this.#takes()) this.entries.push(address.href);
  }

  #takes(): boolean {
    this.room -= 1;
    if (this.room >= 0) return true;
    if (!this.silent) throw new DOMException('too many', 'SecurityError');
    return false;
  }
}

const at = (path: string): URL => new URL(path, 'http://gallery/');

let browser: Browser;
beforeEach(() => {
  vi.useFakeTimers();
  browser = new Browser();
  vi.stubGlobal('history', browser);
  vi.stubGlobal('location', browser);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test.each([false, true])(
  'the last that was refused is written later (in silence: %s)',
  (silent) => {
    browser.silent = silent;
    const bar = new AddressBar();
    for (const path of ['a', 'b', 'c', 'd', 'e']) bar.write(at(path), null, true);
    expect(browser.entries).toEqual(['http://gallery/c']);
    vi.advanceTimersByTime(5_000);
    expect(browser.entries).toEqual(['http://gallery/c']);
    browser.room = 10;
    vi.advanceTimersByTime(1_000);
    expect(browser.entries).toEqual(['http://gallery/e']);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test('an entry that was refused is added later, not put in the place of another', () => {
  browser.room = 0;
  const bar = new AddressBar();
  bar.write(at('photo'), null, false);
  browser.room = 1;
  vi.advanceTimersByTime(1_000);
  expect(browser.entries).toEqual(['http://gallery/', 'http://gallery/photo']);
});

test('what was refused does not come after what was taken later', () => {
  browser.room = 0;
  const bar = new AddressBar();
  bar.write(at('a'), null, true);
  browser.room = 10;
  bar.write(at('b'), null, true);
  vi.advanceTimersByTime(5_000);
  expect(browser.entries).toEqual(['http://gallery/b']);
});

test('an entry that was refused is added, too, where the next is to replace it', () => {
  browser.room = 0;
  const bar = new AddressBar();
  const own = { inner: true };
  bar.write(at('photo'), own, false);
  const pushed = vi.spyOn(browser, 'pushState');
  browser.room = 1;
  bar.write(at('next'), null, true);
  expect(browser.entries).toEqual(['http://gallery/', 'http://gallery/next']);
  expect(pushed).toHaveBeenCalledWith(own, '', at('next'));
  // Once.
  browser.room = 10;
  bar.write(at('last'), own, true);
  vi.advanceTimersByTime(5_000);
  expect(browser.entries).toEqual(['http://gallery/', 'http://gallery/last']);
});

test('it is not added where one has come back from it already', () => {
  browser.room = 0;
  const bar = new AddressBar();
  bar.write(at('photo'), null, false);
  browser.room = 10;
  bar.write(at(''), null, true);
  bar.write(at('later'), null, true);
  vi.advanceTimersByTime(5_000);
  expect(browser.entries).toEqual(['http://gallery/later']);
});

test('what is refused for ever is not tried for ever', () => {
  browser.room = 0;
  const bar = new AddressBar();
  bar.write(at('photo'), null, false);
  vi.advanceTimersByTime(60_000);
  expect(vi.getTimerCount()).toBe(0);
  // The next one is tried again, and is an entry of its own still.
  browser.room = 1;
  bar.write(at('next'), null, true);
  expect(browser.entries).toEqual(['http://gallery/', 'http://gallery/next']);
});

test('whoever has gone back is not sent forward again', () => {
  browser.room = 0;
  const bar = new AddressBar();
  bar.write(at('photo'), null, true);
  bar.forget();
  browser.room = 10;
  vi.advanceTimersByTime(5_000);
  expect(browser.entries).toEqual(['http://gallery/']);
});

test('other errors are not hidden', () => {
  vi.stubGlobal('history', {
    replaceState: () => {
      throw new DOMException('not ours', 'DataCloneError');
    },
  });
  expect(() => new AddressBar().write(at('a'), null, true)).toThrow('not ours');
});
