/** Keeps the screen from going dark while something is looked at without a hand. */

interface Lock {
  release(): Promise<void>;
}

/** Who wants it now. */
const reasons = new Set<symbol>();
let lock: Promise<Lock | undefined> | undefined;

/** @returns to be called when it is not needed any more. */
export function keepAwake(): () => void {
  const reason = Symbol('awake');
  if (!reasons.size) document.addEventListener('visibilitychange', ask);
  reasons.add(reason);
  ask();
  return () => {
    if (!reasons.delete(reason) || reasons.size) return;
    document.removeEventListener('visibilitychange', ask);
    giveBack();
  };
}

/** Browsers take the lock away from a page that is not seen. */
function ask(): void {
  if (document.visibilityState !== 'visible') giveBack();
  else lock ??= requested();
}

async function requested(): Promise<Lock | undefined> {
  try {
    return await navigator.wakeLock.request('screen');
  } catch {
    return undefined; // No such thing here, or the battery is low.
  }
}

function giveBack(): void {
  void lock?.then((one) => one?.release()).catch(() => undefined);
  lock = undefined;
}
