/**
 * What is selected, by digest: what arrives or goes meanwhile moves nothing into it.
 *
 * Either single assets, or all that a search finds but for single ones. A range is known by its
 * positions first, since most of what lies in it may never have been loaded; its digests come
 * later, and all that was done meanwhile is done after it, in the order it was asked for.
 */

/** As many single assets as a download takes. */
export const MOST = 100_000;

/** Assets in a row of the timeline, both ends included; positions count from 0. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A range that is selected, or not, of whose assets not all digests may be known. */
export interface Swept extends Range {
  readonly on: boolean;
  /** How many assets are in it: some positions may hold files that nobody has read yet. */
  readonly length: number;
}

interface Step {
  readonly on: boolean;
  /** Where its digests are still to come. */
  readonly range: Swept | null;
  digests: ReadonlySet<string> | null;
}

/** Two positions as a range, whichever comes first. */
export function between(one: number, other: number): Range {
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

export function lengthOf({ from, to }: Range): number {
  return to - from + 1;
}

export class Selection {
  /** The search of which all is selected; null where only single assets are. */
  #all: string | null = null;
  /** Single assets: those selected, or those left out of all. */
  #marked = new Set<string>();
  /** What could not be done yet: the first of them waits for its digests. */
  #steps: Step[] = [];
  /** The range under a finger that is still moving, and whether it selects. */
  #sweep: Swept | null = null;

  /** The search of which all is selected; null where only single assets are. */
  get all(): string | null {
    return this.#all;
  }

  /** Single assets: those selected, or where `all` is set those left out. */
  get marked(): ReadonlySet<string> {
    return this.#marked;
  }

  /** Whether everything asked for is known by its digest. */
  get settled(): boolean {
    return this.#steps.length === 0 && this.#sweep === null;
  }

  get sweeping(): boolean {
    return this.#sweep !== null;
  }

  /** Whether an asset that stands at a position is selected. */
  has(digest: string, position: number): boolean {
    if (this.#sweep && within(position, this.#sweep)) return this.#sweep.on;
    for (let at = this.#steps.length - 1; at >= 0; at--) {
      const step = this.#steps[at];
      const meant = step?.digests?.has(digest) ?? (step?.range && within(position, step.range));
      if (step && meant) return step.on;
    }
    return this.#marked.has(digest) !== (this.#all !== null);
  }

  /**
   * How many are selected. While ranges wait for their digests, as if they held nothing that was
   * selected already.
   *
   * @param total how many there are in all.
   */
  count(total: number): number {
    const base = this.#all === null ? this.#marked.size : total - this.#marked.size;
    let found = base;
    for (const step of [...this.#steps, ...(this.#sweep ? [this.#sweep] : [])]) {
      const length = 'digests' in step ? sizeOf(step) : step.length;
      found += step.on ? length : -length;
    }
    return Math.min(Math.max(found, 0), total);
  }

  /** Select single assets, or let them go. False where these would be too many. */
  mark(digests: Iterable<string>, on: boolean): boolean {
    this.#steps.push({ on, range: null, digests: new Set(digests) });
    return this.#work();
  }

  /**
   * Select a range of which not all digests are known, or let it go.
   *
   * @param length how many assets are in it.
   * @returns what to call once they are: with them, or null where they are not to be had. It is
   *   false where there would be too many.
   */
  begin(
    range: Range,
    on: boolean,
    length = lengthOf(range),
  ): (digests: readonly string[] | null) => boolean {
    const step: Step = { on, range: { ...range, on, length }, digests: null };
    this.#steps.push(step);
    return (digests) => {
      // Whoever has cleared the selection meanwhile has thrown the step away, too.
      step.digests = new Set(digests ?? []);
      return this.#work();
    };
  }

  /** Show a range as selected, or not, in the place of the one shown so before. */
  sweep(range: Range, on: boolean, length = lengthOf(range)): void {
    this.#sweep = { ...range, on, length };
  }

  /** The range that was swept over last, to be begun; null where there is none. */
  endSweep(): Swept | null {
    const ended = this.#sweep;
    this.#sweep = null;
    return ended;
  }

  /** Select all that a search finds, what comes later included. */
  selectAll(q: string): void {
    this.clear();
    this.#all = q;
  }

  clear(): void {
    this.#all = null;
    this.#marked = new Set();
    this.#steps = [];
    this.#sweep = null;
  }

  /** Do what can be done. False where something would have made it too many, and was left out. */
  #work(): boolean {
    let fits = true;
    while (this.#steps[0]?.digests) {
      const { on, digests } = this.#steps.shift() as Step;
      fits = this.#apply(digests as ReadonlySet<string>, on) && fits;
    }
    return fits;
  }

  #apply(digests: ReadonlySet<string>, on: boolean): boolean {
    if (on === (this.#all !== null)) {
      for (const digest of digests) this.#marked.delete(digest);
      return true;
    }
    const fresh = [...digests].filter((digest) => !this.#marked.has(digest));
    if (this.#marked.size + fresh.length > MOST) return false;
    for (const digest of fresh) this.#marked.add(digest);
    return true;
  }
}

function within(position: number, { from, to }: Range): boolean {
  return from <= position && position <= to;
}

function sizeOf(step: Step): number {
  return step.digests?.size ?? step.range?.length ?? 0;
}
