/** Values by key, within a bound on what they take together: who was used least recently goes. */
export class Shelf<Value> {
  /** Of all weights together; heeded when something is set. */
  most: number;
  readonly #weigh: (value: Value) => number;
  readonly #gone: (value: Value) => void;
  readonly #values = new Map<string, { readonly value: Value; readonly weight: number }>();
  #weight = 0;

  /**
   * @param most of all weights together; the last value stays, however heavy.
   * @param gone told of each that leaves, by being replaced, too.
   */
  constructor(
    most: number,
    weigh: (value: Value) => number = () => 1,
    gone: (value: Value) => void = () => undefined,
  ) {
    this.most = most;
    this.#weigh = weigh;
    this.#gone = gone;
  }

  get(key: string): Value | undefined {
    const known = this.#values.get(key);
    if (known) {
      this.#values.delete(key);
      this.#values.set(key, known);
    }
    return known?.value;
  }

  /** What is there already is weighed anew. */
  set(key: string, value: Value): void {
    const known = this.#take(key);
    if (known && known.value !== value) this.#gone(known.value);
    const weight = this.#weigh(value);
    this.#values.set(key, { value, weight });
    this.#weight += weight;
    for (const oldest of this.#values.keys()) {
      if (this.#weight <= this.most || oldest === key) break;
      this.delete(oldest);
    }
  }

  clear(): void {
    for (const key of [...this.#values.keys()]) this.delete(key);
  }

  delete(key: string): void {
    const known = this.#take(key);
    if (known) this.#gone(known.value);
  }

  #take(key: string): { readonly value: Value } | undefined {
    const known = this.#values.get(key);
    this.#values.delete(key);
    this.#weight -= known?.weight ?? 0;
    return known;
  }
}
