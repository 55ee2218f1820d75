/**
 * All keys, in one table: those who act on them ask it, and the help shows it.
 *
 * A key is a letter or the name that the browser gives it. What the browser does by itself (Tab,
 * Enter on a link, space on a button) is not in here.
 */

export interface Shortcut {
  /** Each of these does it. */
  readonly keys: readonly string[];
  /** With Ctrl, or the Command key of a Mac. */
  readonly ctrl?: boolean;
}

export const SHORTCUTS = {
  everywhere: {
    search: { keys: ['/'] },
    help: { keys: ['?'] },
  },
  photos: {
    move: { keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] },
    page: { keys: ['PageUp', 'PageDown'] },
    ends: { keys: ['Home', 'End'] },
    open: { keys: ['Enter'] },
    select: { keys: [' ', 'x'] },
    selectTo: { keys: ['X'] },
    selectAll: { keys: ['a'], ctrl: true },
    unselect: { keys: ['Escape'] },
    size: { keys: ['+', '-'] },
    usual: { keys: ['0'] },
  },
  viewer: {
    next: { keys: ['ArrowLeft', 'ArrowRight'] },
    zoom: { keys: ['+', '-'] },
    whole: { keys: ['0'] },
    info: { keys: ['i'] },
    full: { keys: ['f'] },
    slideshow: { keys: ['s'] },
    download: { keys: ['d'] },
    live: { keys: ['l'] },
    close: { keys: ['Escape'] },
  },
  film: {
    play: { keys: [' ', 'k'] },
    seek: { keys: ['j', 'l'] },
    mute: { keys: ['m'] },
  },
  map: {
    move: { keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] },
    zoom: { keys: ['+', '-'] },
    whole: { keys: ['0'] },
    close: { keys: ['Escape'] },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Shortcut>>>>;

export type Area = keyof typeof SHORTCUTS;

/** What is read of a key that was pressed. */
export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly defaultPrevented?: boolean;
}

/** Whether a key that was pressed is one of a shortcut's. */
export function matches(pressed: Pressed, { keys, ctrl = false }: Shortcut): boolean {
  if (pressed.defaultPrevented || pressed.altKey) return false;
  return keys.includes(pressed.key) && (pressed.ctrlKey || pressed.metaKey) === ctrl;
}

/**
 * What each key does.
 *
 * @param acts of each shortcut: one, or several where its keys do different things, in their order.
 */
export function byKey<Ids extends string, Act>(
  shortcuts: Readonly<Record<Ids, Shortcut>>,
  acts: Readonly<Partial<Record<Ids, Act | readonly Act[]>>>,
): ReadonlyMap<string, Act> {
  const found = new Map<string, Act>();
  for (const [id, act] of Object.entries(acts) as [Ids, Act | readonly Act[]][]) {
    shortcuts[id].keys.forEach((key, at) => {
      const one = Array.isArray(act) ? (act as readonly Act[])[at] : (act as Act);
      if (one !== undefined) found.set(key, one);
    });
  }
  // The same key as +, where it needs shift.
  const plus = found.get('+');
  return plus === undefined ? found : found.set('=', plus);
}

/** Whether a key goes to something that is typed in. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable="true"]') !== null
  );
}
