/** Names of files and folders as they can be looked at: nothing in them may act or hide. */

/** What controls, turns the direction of writing, or cannot be seen at all. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
/** What joins two pictograms to one, such as those of a family. */
const JOINED =
  /(?<=\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)\u200d(?=\p{Extended_Pictographic})/gu;

/** The name with what is invisible made visible. */
export function visible(name: string): string {
  const joints = new Set(Array.from(name.matchAll(JOINED), ({ index }) => index));
  return name.replace(UNSEEN, (sign, index: number) => {
    if (joints.has(index)) return sign;
    const code = sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return `[U+${code}]`;
  });
}

/** A long name without its middle: beginnings and endings tell more. @param most in characters. */
export function shortened(name: string, most: number): string {
  const signs = Array.from(name);
  if (signs.length <= most) return name;
  const behind = Math.floor((most - 1) / 3);
  return `${signs.slice(0, most - 1 - behind).join('')}…${signs.slice(-behind).join('')}`;
}

/** The last part of a path, or the path itself where there is none. */
export function lastOf(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '');
  return parts.at(-1) ?? path;
}
