/** What is known of an asset, in words. */

import type { Asset, Item, Linked, Place, Taken } from '../api/types';
import { format, t } from '../strings';

type Reading = Asset['readings'][number];

/** From here on a second is written as it is, not as a fraction. */
const LONG_S = 0.3;
/** Nobody counts the pixels of smaller pictures in millions. */
const LEAST_MILLIONS = 0.1;

/** What a reading says, the first of that name. */
export function reading(asset: Asset, name: string): string | number | undefined {
  return asset.readings.find((one: Reading) => one.name === name)?.value;
}

/** As photographers write it: f/1.8 · 1/120 s · ISO 200 · 26 mm. Empty where nothing is known. */
export function exposure(asset: Asset): string {
  const parts: string[] = [];
  const told = (name: string, write: (value: number) => string): boolean => {
    const value = reading(asset, name);
    const there = typeof value === 'number' && value > 0;
    if (there) parts.push(write(value));
    return there;
  };
  told('f_number', (value) => `f/${format.rough(value, 2)}`);
  told('exposure_s', shutter);
  told('iso', (value) => `ISO ${value}`);
  // What a photographer compares is the length that shows as much on film of 35 mm.
  if (!told('focal_length_35mm', millimetres)) told('focal_length_mm', millimetres);
  return parts.join(' · ');
}

export function shutter(seconds: number): string {
  if (seconds >= LONG_S) return `${format.rough(seconds, 2)} s`;
  return `1/${format.rough(1 / seconds, 3).replace(/[\s.,’]/g, '')} s`;
}

function millimetres(value: number): string {
  return `${format.rough(value, 3)} mm`;
}

/** The camera, without a make that its model repeats. */
export function camera({ make, model }: Pick<Asset, 'make' | 'model'>): string {
  if (!make || !model) return make ?? model ?? '';
  const first = make.split(' ')[0] ?? make;
  return model.toLowerCase().startsWith(first.toLowerCase()) ? model : `${make} ${model}`;
}

/** The wall time as exactly as it is known: a day and perhaps a time. */
export function moment({ local, precision }: Taken): { day: string; clock: string } {
  if (!local) return { day: '', clock: '' };
  if (precision === 'year') return { day: format.year(local), clock: '' };
  if (precision === 'month') return { day: format.month(local), clock: '' };
  if (precision === 'day') return { day: format.day(local), clock: '' };
  return { day: format.day(local), clock: format.clock(local) };
}

/** Such as UTC+5:30. */
export function zone(offsetMin: number | null): string {
  if (offsetMin === null) return '';
  const all = Math.abs(offsetMin);
  const minutes = all % 60 ? `:${String(all % 60).padStart(2, '0')}` : '';
  return `UTC${offsetMin < 0 ? '−' : '+'}${Math.floor(all / 60)}${minutes}`;
}

/** Where the time was read from, and how sure it is. */
export function origin({ source, certainty }: Taken): string {
  const from = (source ?? '').split(':')[0] ?? '';
  const known: Readonly<Record<string, string | ((source: string) => string)>> = t.viewer.source;
  const word = known[from];
  const read = typeof word === 'string' ? word : source ? t.viewer.source.other(source) : '';
  const doubts: Readonly<Record<string, string>> = t.viewer.certainty;
  // That it is guessed from the file is said already.
  const doubt = from === 'file' || !certainty ? undefined : doubts[certainty];
  return [read, doubt].filter(Boolean).join(', ');
}

/** Such as Paris, Île-de-France, France. @param parts how many of them at most. */
export function where(place: Place | null, parts = 3): string {
  if (!place) return '';
  const country = place.country && format.country(place.country);
  const all = [place.city, place.region, country].filter((one) => one !== null && one !== '');
  return [...new Set(all)].slice(0, parts).join(', ');
}

/** Such as 48.8584° N, 2.2945° E. */
export function coordinates({ latitude, longitude }: Place): string {
  const degrees = (value: number): string => `${format.rough(Math.abs(value), 6)}°`;
  const north = `${degrees(latitude)} ${latitude < 0 ? 'S' : 'N'}`;
  return `${north}, ${degrees(longitude)} ${longitude < 0 ? 'W' : 'E'}`;
}

/** Its name for who does not see it, and for the window: Photo, 14 July 2021, Paris. */
export function nameOf(asset: Asset | null, item: Item | undefined): string {
  const local = asset?.taken.local ?? item?.local;
  const kind = t.viewer.kind[asset?.kind ?? item?.kind ?? 'photo'];
  const parts = [kind, local ? format.date(local) : '', where(asset?.place ?? null, 1)];
  return parts.filter(Boolean).join(', ');
}

/** Day and place, for who only looks. @returns empty as long as nothing is known. */
export function captionOf(asset: Asset | null): string {
  return asset ? [moment(asset.taken).day, where(asset.place, 2)].filter(Boolean).join(' · ') : '';
}

/** The day on which the timeline has it, ISO 8601; null where it is not known so exactly. */
export function dayOf({ local, precision }: Taken): string | null {
  return local && precision !== 'year' && precision !== 'month' ? local.slice(0, 10) : null;
}

/** Size in millions of pixels, where there are many, and in each direction. */
export function pixels(asset: Pick<Asset, 'kind' | 'width_px' | 'height_px'>): string[] {
  const { width_px: width, height_px: height } = asset;
  if (!width || !height) return [];
  const edges = `${width} × ${height}`;
  const millions = (width * height) / 1e6;
  if (asset.kind === 'video' || millions < LEAST_MILLIONS) return [edges];
  const written = millions >= 10 ? format.number(Math.round(millions)) : format.rough(millions, 2);
  return [t.viewer.megapixels(written), edges];
}

/** The type as people call it: JPEG, HEIC, MP4. */
export function typeName(mime: string): string {
  const known: Readonly<Record<string, string>> = {
    'image/jpeg': 'JPEG',
    'image/svg+xml': 'SVG',
    'video/quicktime': 'QuickTime',
    'video/x-matroska': 'Matroska',
    'video/x-msvideo': 'AVI',
  };
  const plain = mime.replace(/^.*\/(x-)?/, '');
  return known[mime] ?? (plain.startsWith('adobe-') ? plain.slice(6) : plain).toUpperCase();
}

const CODECS: Readonly<Record<string, string>> = {
  h263: 'H.263',
  h264: 'H.264',
  mjpeg: 'Motion JPEG',
  mpeg1video: 'MPEG-1',
  mpeg2video: 'MPEG-2',
  mpeg4: 'MPEG-4',
  prores: 'ProRes',
};

/** The codec of a film as people call it; empty where it is not known. */
export function codecName(asset: Asset): string {
  const codec = reading(asset, 'video_codec');
  if (typeof codec !== 'string') return '';
  return CODECS[codec] ?? codec.toUpperCase();
}

export function roleOf({ kind, role }: Linked): string {
  return t.viewer.role[kind][role];
}
