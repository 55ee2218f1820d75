/**
 * The text of a search and the parts that the server has understood of it.
 *
 * The text is the truth: taking a part out cuts it from the text, with what it needs no more (a
 * minus sign, an OR, parentheses around nothing), and leaves the rest as it was typed. The grammar
 * is the server's (docs/search.md); here only what joins the parts has to be known. The server
 * counts characters, JavaScript their halves, where there are any.
 */

import type { Chip } from '../api/types';

/** Where something stands in a text, in UTF-16 units; `to` is behind it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A piece of a text: all of them, one behind the other, are the text. */
export interface Piece {
  readonly text: string;
  /** Number of the chip that it is; null for what lies between. */
  readonly chip: number | null;
}

/** The chips' places in the text. @param text that was asked for, to the letter. */
export function spansOf(text: string, chips: readonly Pick<Chip, 'from' | 'to'>[]): Span[] {
  return chips.map(({ from, to }) => ({ from: unitsOf(text, from), to: unitsOf(text, to) }));
}

/** A place in a text, from characters to UTF-16 units. */
export function unitsOf(text: string, characters: number): number {
  return Array.from(text).slice(0, characters).join('').length;
}

/** The text in pieces. @param spans in its order, none over another. */
export function piecesOf(text: string, spans: readonly Span[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  spans.forEach(({ from, to }, chip) => {
    if (from > at) pieces.push({ text: text.slice(at, from), chip: null });
    pieces.push({ text: text.slice(from, to), chip });
    at = to;
  });
  if (at < text.length) pieces.push({ text: text.slice(at), chip: null });
  return pieces;
}

/** The text without one of its chips. */
export function without(text: string, spans: readonly Span[], chip: number): string {
  const cuts: Span[] = [];
  const left = cutFrom(new Reader(text, spans).query(), chip, cuts);
  return left ? cutOut(text, cuts) : '';
}

/** The text with one more thing that must hold. */
export function withTerm(text: string, term: string): string {
  // A year behind a month would become one date with it; before it nothing does.
  const parts = /^\d/.test(term) ? [term, text.trim()] : [text.trim(), term];
  return parts.filter(Boolean).join(' ');
}

/** The word that stands at a place, for underlining it: at least one character. */
export function wordAt(text: string, at: number): Span {
  if (at >= text.length) {
    const last = text.trimEnd().length;
    return { from: Math.max(last - 1, 0), to: last };
  }
  const behind = /^(?:"[^"]*"?|[^\s"()]+|[^])/u.exec(text.slice(at));
  return { from: at, to: at + (behind?.[0].length ?? 1) };
}

/** The text with the word at a place in quotation marks: then it is a word, whatever it means. */
export function quotedAt(text: string, at: number): string | null {
  let from = Math.min(at, text.length);
  while (from > 0 && !/[\s()]/.test(text[from - 1] ?? '')) from--;
  if (text[from] === '-') from++;
  const word = /^[^\s()]+/.exec(text.slice(from))?.[0] ?? '';
  if (!/[\p{L}\p{N}]/u.test(word) || word.includes('"')) return null;
  return `${text.slice(0, from)}"${word.replace(/\*+$/, '')}"${text.slice(from + word.length)}`;
}

/** A part of the grammar, and where it stands. */
interface Node extends Span {
  readonly kind: 'term' | 'minus' | 'parens' | 'or' | 'and';
  /** Number of the chip, of a term. */
  readonly chip: number | null;
  readonly items: readonly Node[];
  /** Of `or`: where its words OR stand, each between two items. */
  readonly joints: readonly Span[];
}

interface Token extends Span {
  readonly kind: '(' | ')' | '-' | 'OR' | 'noise' | 'chip';
  readonly chip: number | null;
}

const NOTHING: Pick<Node, 'chip' | 'items' | 'joints'> = { chip: null, items: [], joints: [] };

/** Reads what joins the chips of a text that the server has understood. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, spans: readonly Span[]) {
    this.#tokens = tokensOf(text, spans);
  }

  query(): Node {
    const items: Node[] = [];
    for (let token = this.#peek(); token && token.kind !== ')'; token = this.#peek()) {
      items.push(this.#group());
    }
    return { ...NOTHING, ...around(items), kind: 'and', items };
  }

  #group(): Node {
    const items = [this.#item()];
    const joints: Span[] = [];
    while (this.#peek()?.kind === 'OR') {
      joints.push(this.#take());
      items.push(this.#item());
    }
    const [only] = items;
    if (items.length === 1 && only) return only;
    return { ...NOTHING, ...around(items), kind: 'or', items, joints };
  }

  #item(): Node {
    const token = this.#take();
    if (token.kind === '-') {
      const item = this.#item();
      return { ...NOTHING, kind: 'minus', items: [item], from: token.from, to: item.to };
    }
    if (token.kind === '(') {
      const { items } = this.query();
      const close = this.#peek() ? this.#take() : token;
      return { ...NOTHING, kind: 'parens', items, from: token.from, to: close.to };
    }
    return { ...NOTHING, kind: 'term', chip: token.chip, from: token.from, to: token.to };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #take(): Token {
    const token = this.#tokens[this.#at] ?? { kind: 'noise', chip: null, from: 0, to: 0 };
    this.#at++;
    return token;
  }
}

function tokensOf(text: string, spans: readonly Span[]): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (const { text: piece, chip } of piecesOf(text, spans)) {
    const to = at + piece.length;
    if (chip !== null) tokens.push({ kind: 'chip', chip, from: at, to });
    else tokens.push(...joining(text, { from: at, to }));
    at = to;
  }
  return tokens;
}

/** What stands between chips: what joins them, and signs that mean nothing. */
function joining(text: string, { from, to }: Span): Token[] {
  const tokens: Token[] = [];
  const word = /[()]|[^\s()]+/y;
  for (let at = from; at < to;) {
    word.lastIndex = at;
    const [found] = word.exec(text.slice(0, to)) ?? [text.charAt(at)];
    // A minus sign means something only right before something.
    const minus = found.startsWith('-') && /[^\s)]/.test(text.charAt(at + 1));
    const end = at + (minus ? 1 : found.length);
    const kind = minus ? '-' : found === 'OR' || found === '(' || found === ')' ? found : 'noise';
    if (found.trim()) tokens.push({ kind, chip: null, from: at, to: end });
    at = end;
  }
  return tokens;
}

function around(items: readonly Node[]): Span {
  return { from: items[0]?.from ?? 0, to: items.at(-1)?.to ?? 0 };
}

function holds(node: Node, chip: number): boolean {
  return node.chip === chip || node.items.some((item) => holds(item, chip));
}

function isEmpty(node: Node): boolean {
  return node.chip === null && node.items.every(isEmpty);
}

/**
 * Note what has to be cut.
 *
 * @returns whether anything that is looked for is left of the node; otherwise all of it has to go,
 *   and nothing is noted.
 */
function cutFrom(node: Node, chip: number, cuts: Span[]): boolean {
  if (node.kind === 'term') return node.chip !== chip && node.chip !== null;
  const at = node.items.findIndex((item) => holds(item, chip));
  const item = node.items[at];
  const inside: Span[] = [];
  const left = item ? cutFrom(item, chip, inside) : false;
  const others = node.items.some((other, place) => place !== at && !isEmpty(other));
  if (!left && !others) return false;
  if (item && !left) {
    cuts.push(item);
    const joint = node.joints[at] ?? node.joints[at - 1];
    if (joint) cuts.push(joint);
  } else {
    cuts.push(...inside);
  }
  return true;
}

/** The text without these parts: one blank is left of those around a cut, where one is needed. */
function cutOut(text: string, cuts: readonly Span[]): string {
  let left = text;
  for (const { from, to } of [...cuts].sort((a, b) => b.from - a.from)) {
    const before = left.slice(0, from).trimEnd();
    const behind = left.slice(to).trimStart();
    const adjoin = !before || !behind || /[(-]$/.test(before) || behind.startsWith(')');
    left = before + (adjoin ? '' : ' ') + behind;
  }
  return left;
}
