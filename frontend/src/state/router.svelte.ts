/** The route shown now. The address bar is the state: back, forward, reload and links just work. */

import { AddressBar } from './address_bar';
import { base, below } from './base';
import { parse, print, type Route } from './route';

/** Marks the entries of the history that were reached from another one of the gallery. */
const INNER = { inner: true } as const;

class Router {
  readonly #bar = new AddressBar();
  #route = $state.raw<Route>(routeOf(new URL(location.href)));

  /** The route shown now. */
  get route(): Route {
    return this.#route;
  }

  /** Begin to follow the address bar, and links of the page. */
  listen(): void {
    window.addEventListener('popstate', () => {
      this.#bar.forget();
      this.#route = routeOf(new URL(location.href));
    });
    document.addEventListener('click', (event) => {
      const address = ownLink(event);
      if (!address) return;
      event.preventDefault();
      this.#show(address, false);
    });
  }

  /**
   * Show something else.
   *
   * @param replace instead of the entry in the history, for what is no step of the user's: where
   *   the timeline stands, what is being typed.
   */
  go(route: Route, { replace = false } = {}): void {
    this.#show(new URL(print(route), base), replace);
  }

  /** Go back to where one came from; where that was not in the gallery, to this. */
  leave(route: Route): void {
    if ((history.state as typeof INNER | null)?.inner) history.back();
    else this.go(route, { replace: true });
  }

  #show(address: URL, replace: boolean): void {
    const same = address.href === location.href;
    if (replace || same) this.#bar.write(address, history.state, true);
    else this.#bar.write(address, INNER, false);
    this.#route = routeOf(address);
  }
}

/** The address of a route, for `href`. */
export function href(route: Route): string {
  return new URL(print(route), base).href;
}

function routeOf(address: URL): Route {
  return parse(below(address) ?? address.pathname, address.search);
}

/** The address of a link of the gallery that was clicked to be followed here. */
function ownLink(event: MouseEvent): URL | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link?.href || link.target || link.hasAttribute('download')) return null;
  const address = new URL(link.href);
  if (address.hash) return null;
  const path = below(address);
  return path !== null && parse(path, address.search).view !== 'unknown' ? address : null;
}

export const router = new Router();
