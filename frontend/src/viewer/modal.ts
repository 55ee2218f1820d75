/** Tab goes round in what lies over everything else. */

const USED = 'a[href], button:not(:disabled), video[controls]';

/** From the last control back to the first, and the other way. */
export function trap(event: KeyboardEvent, root: HTMLElement): void {
  const all = [...root.querySelectorAll<HTMLElement>(USED)].filter(
    (one) => one.getClientRects().length > 0,
  );
  const [first, last] = [all[0], all.at(-1)];
  const now = document.activeElement;
  const outside = !root.contains(now) || now === root;
  if (event.shiftKey ? outside || now === first : now === last || !root.contains(now)) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}
