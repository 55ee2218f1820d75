/** What a tile may load and play, and how it lets go of it. */

interface Thrifty {
  readonly connection?: { readonly saveData?: boolean };
}

/** Whether whoever looks wants no more to be loaded than what was asked for. */
export function thrifty(): boolean {
  const wanted = matchMedia('(prefers-reduced-data: reduce)').matches;
  return wanted || (navigator as Thrifty).connection?.saveData === true;
}

/** Whether whoever looks wants things to move, and to be loaded unasked. */
export function mayPlay(): boolean {
  return !matchMedia('(prefers-reduced-motion: reduce)').matches && !thrifty();
}

/** A Svelte attachment: what is loaded of a film is let go with its element. */
export function freed(film: HTMLVideoElement): () => void {
  return () => {
    // Without this the browser goes on loading until it happens to clear up.
    film.pause();
    film.removeAttribute('src');
    film.load();
  };
}

/** A Svelte attachment: what has been scrolled past need not come any more. */
export function dropped(picture: HTMLImageElement): () => void {
  return () => {
    if (!picture.complete) picture.removeAttribute('src');
  };
}
