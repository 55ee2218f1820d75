/** How people read what the server has understood. */

import type { Chip } from '../api/types';
import { format, t } from '../strings';

type Kinds = (typeof t)['search']['kinds'];
type Types = (typeof t)['search']['types'];

const SIGNS: Readonly<Record<string, string>> = { '>=': '≥', '<=': '≤', '>': '>', '<': '<' };
const ICONS = {
  year: 'calendar',
  month: 'calendar',
  taken: 'calendar',
  date: 'calendar',
  type: 'picture',
  rating: 'star',
  camera: 'camera',
  lens: 'camera',
  country: 'pin',
  region: 'pin',
  city: 'pin',
  near: 'pin',
  box: 'pin',
  person: 'person',
  keyword: 'tag',
  tag: 'tag',
  folder: 'folders',
  in: 'folders',
  name: 'file',
} as const;
type Shape = (typeof ICONS)[keyof typeof ICONS] | 'search';

/** A sign for a field of the search, or a kind of facet. */
export function iconOf(kind: string | null): Shape {
  return kind !== null && Object.hasOwn(ICONS, kind) ? ICONS[kind as keyof typeof ICONS] : 'search';
}

/** The name of a field or a kind of facet; its own where there is none. */
export function kindName(kind: string): string {
  return kind in t.search.kinds ? t.search.kinds[kind as keyof Kinds] : kind;
}

/** A value of a facet. @param value as the server has it. */
export function valueName(kind: string, value: string): string {
  if (kind === 'type') {
    return value in t.search.types ? t.search.types[value as keyof Types] : value.toUpperCase();
  }
  if (kind === 'date' && /^[\d.-]+$/.test(value)) return daysName(value);
  if (kind === 'rating') return value === '-1' ? 'is:rejected' : '★'.repeat(Number(value)) || '☆';
  return value;
}

/** What one chip says. */
export function chipName(chip: Pick<Chip, 'text' | 'field' | 'without'>): string {
  const plain = plainName(chip);
  return chip.without ? t.search.not(plain) : plain;
}

function plainName({ text, field }: Pick<Chip, 'text' | 'field'>): string {
  if (field === 'taken') return daysName(text);
  const found = field === null ? null : /^[a-z]+(:|[<>]=?)(.*)$/is.exec(text);
  if (field === null || !found) return bare(text);
  const [, operator = ':', value = ''] = found;
  if (operator !== ':') return `${kindName(field)} ${SIGNS[operator] ?? operator} ${value}`;
  return field === 'type' ? valueName('type', value) : `${kindName(field)}: ${bare(value)}`;
}

/** Days as the server spells them: `2021-07`, `2020-05-01..2020-08-31`, `..2015`. */
function daysName(text: string): string {
  const [first = '', last] = text.split('..');
  if (last === undefined) return dayName(first);
  if (!first) return t.search.until(dayName(last));
  return last ? `${dayName(first)} – ${dayName(last)}` : t.search.since(dayName(first));
}

function dayName(iso: string): string {
  if (iso.length > 7) return format.date(iso);
  return iso.length > 4 ? format.month(`${iso}-01`) : iso;
}

/** Without quotation marks around all of it. */
function bare(text: string): string {
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}
