/** Numbers, dates and plurals as a language writes them. Dates are of the wall clock: no zones. */

/** The forms that a language has for a count; `other` is the one that every language has. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

const KB = 1_000;
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

export class Format {
  readonly #language: string;
  readonly #rules: Intl.PluralRules;
  readonly #number: Intl.NumberFormat;
  readonly #dates = new Map<string, Intl.DateTimeFormat>();

  /** @param language a BCP 47 tag such as `en-GB`. */
  constructor(language: string) {
    this.#language = language;
    this.#rules = new Intl.PluralRules(language);
    this.#number = new Intl.NumberFormat(language);
  }

  number(value: number): string {
    return this.#number.format(value);
  }

  /** The form for a count, with the count in the place of `#`. */
  plural(count: number, forms: Forms): string {
    const form = forms[this.#rules.select(count)] ?? forms.other;
    return form.replace('#', () => this.number(count));
  }

  /** A size in bytes, in the unit that suits it. */
  bytes(value: number): string {
    const power = value < KB ? 0 : Math.floor(Math.log10(value) / 3 + 1e-9);
    const at = Math.min(power, UNITS.length - 1);
    return new Intl.NumberFormat(this.#language, {
      style: 'unit',
      unit: UNITS[at] ?? 'byte',
      unitDisplay: at ? 'short' : 'long',
      maximumSignificantDigits: 3,
    }).format(value / KB ** at);
  }

  /** A day such as "Wednesday, 14 July 2021". @param iso its first ten signs are read. */
  day(iso: string): string {
    return this.#date(iso, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  }

  /** A day such as "14 July 2021". @param iso its first ten signs are read. */
  date(iso: string): string {
    return this.#date(iso.slice(0, 10), { dateStyle: 'long' });
  }

  /** A time of day such as 15:04. @param iso a wall time without offset. */
  clock(iso: string): string {
    return this.#date(iso, { timeStyle: 'short' });
  }

  /** The year alone. */
  year(iso: string): string {
    return this.#date(iso, { year: 'numeric' });
  }

  /** A number with few digits, such as 1.8. */
  rough(value: number, digits: number): string {
    return value.toLocaleString(this.#language, { maximumSignificantDigits: digits });
  }

  /** The name of a country. @param code ISO 3166-1 alpha-2. */
  country(code: string): string {
    try {
      return new Intl.DisplayNames(this.#language, { type: 'region' }).of(code) ?? code;
    } catch {
      return code;
    }
  }

  /** A day such as "14 Jul 2021". */
  shortDay(iso: string): string {
    return this.#date(iso, { day: 'numeric', month: 'short', year: 'numeric' });
  }

  /** A month such as "July 2021". */
  month(iso: string): string {
    return this.#date(iso, { month: 'long', year: 'numeric' });
  }

  /** Months such as "May – July 2021". @param newer a day of the last, @param older of the first. */
  months(newer: string, older: string): string {
    if (newer.slice(0, 7) === older.slice(0, 7)) return this.month(newer);
    const format = new Intl.DateTimeFormat(this.#language, {
      month: 'long',
      year: 'numeric',
      timeZone: 'UTC',
    });
    const [from, to] = [older, newer].map((day) => new Date(`${day}T00:00:00Z`));
    return from && to && from < to ? format.formatRange(from, to) : this.month(newer);
  }

  /** A day and time such as "14 July 2021, 15:04". @param iso a wall time without offset. */
  time(iso: string): string {
    return this.#date(iso, { dateStyle: 'long', timeStyle: 'short' });
  }

  /** A length such as 1:02:03. */
  duration(ms: number): string {
    const total = Math.max(0, Math.round(ms / 1000));
    const parts = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
    const shown = parts[0] ? parts : parts.slice(1);
    return shown.map((part, at) => (at ? String(part).padStart(2, '0') : String(part))).join(':');
  }

  #date(iso: string, options: Intl.DateTimeFormatOptions): string {
    const key = JSON.stringify(options);
    let format = this.#dates.get(key);
    if (!format) {
      // The wall clock is read as if it were UTC's, and so written as it stands.
      format = new Intl.DateTimeFormat(this.#language, { ...options, timeZone: 'UTC' });
      this.#dates.set(key, format);
    }
    const instant = new Date(iso.length > 10 ? `${iso.replace(/Z$/, '')}Z` : `${iso}T00:00:00Z`);
    return Number.isNaN(instant.getTime()) ? iso : format.format(instant);
  }
}
