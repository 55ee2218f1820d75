/** How large a picture says that it is, read from its head alone. */

type Edges = readonly [width: number, height: number];

/**
 * Width and height in pixels of a picture of the kinds that a file of tiles may have.
 *
 * Browsers go by what the bytes are, not by what they are said to be: so does this.
 *
 * @returns null where it is none of them, or does not say.
 */
export function edgesOf(bytes: Uint8Array): Edges | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (view.getUint32(0) === 0x89504e47) return png(view);
    if (view.getUint16(0) === 0xffd8) return jpeg(view);
    if (wordAt(view, 0) === 'RIFF' && wordAt(view, 8) === 'WEBP') return webp(view);
    // Another brand may be a film, whose edges are elsewhere.
    if (wordAt(view, 4) === 'ftyp' && wordAt(view, 8) === 'avif') return avif(view);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // it ends within its head
  }
  return null;
}

/** The first chunk is IHDR (PNG, 11.2.1). */
function png(view: DataView): Edges | null {
  return wordAt(view, 12) === 'IHDR' ? [view.getUint32(16), view.getUint32(20)] : null;
}

/** The first frame header; a second one is refused by decoders (ITU T.81, B.2.2). */
function jpeg(view: DataView): Edges | null {
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff)
      at += 1; // a fill byte
    // Those without a length may hide what follows; none belongs here.
    else if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9)) return null;
    else if (marker < 0xd0 && ![0xc4, 0xc8, 0xcc].includes(marker))
      return [view.getUint16(at + 7), view.getUint16(at + 5)];
    else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}

/** Of the canvas, or of the only frame (RFC 9649, 2.5 to 2.7). */
function webp(view: DataView): Edges | null {
  const kind = wordAt(view, 12);
  if (kind === 'VP8X') {
    const least = (at: number): number => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
    return [least(24) + 1, least(27) + 1];
  }
  if (kind === 'VP8L') {
    const both = view.getUint32(21, true);
    return [(both & 0x3fff) + 1, ((both >>> 14) & 0x3fff) + 1];
  }
  if (kind !== 'VP8 ') return null;
  return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
}

/** The largest of all that it says (`ispe`; ISO/IEC 23008-12, 6.5.3), wherever that stands. */
function avif(view: DataView): Edges | null {
  let [width, height] = [0, 0];
  for (let at = 8; at + 16 <= view.byteLength; at++) {
    if (view.getUint8(at) !== 0x69 || wordAt(view, at) !== 'ispe') continue;
    width = Math.max(width, view.getUint32(at + 8));
    height = Math.max(height, view.getUint32(at + 12));
  }
  return width && height ? [width, height] : null;
}

function wordAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((next) => view.getUint8(at + next)));
}
