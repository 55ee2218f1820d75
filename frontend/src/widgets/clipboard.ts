/** Copies text. Over plain HTTP browsers have no clipboard, only the old command. */

/** @param within an element that has the focus, or into which it may go. @returns whether it is. */
export async function copy(text: string, within: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text, within);
  }
}

function copyByCommand(text: string, within: HTMLElement): boolean {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.className = 'unseen';
  field.value = text;
  within.append(field);
  field.select();
  let copied = false;
  try {
    copied = document.execCommand('copy');
  } catch {
    // Forbidden, too.
  }
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return copied;
}
