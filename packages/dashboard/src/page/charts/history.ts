/** A value per moment; null where there was none. */
export type Values = readonly (number | null)[];

/** The last `spanSeconds` of several measures, on one axis of time. What is older is forgotten. */
export class History {
  readonly #spanSeconds: number;
  readonly #times: number[] = [];
  readonly #series = new Map<string, (number | null)[]>();

  constructor(spanSeconds: number) {
    this.#spanSeconds = spanSeconds;
  }

  /** Seconds since 1970, rising, as uPlot has them. */
  get times(): readonly number[] {
    return this.#times;
  }

  get names(): readonly string[] {
    return [...this.#series.keys()];
  }

  valuesOf(name: string): Values {
    return this.#series.get(name) ?? this.#times.map(() => null);
  }

  /** A moment later than the last. A measure that was never there before was null until now; one that has been null all along is forgotten. */
  add(atSeconds: number, measures: ReadonlyMap<string, number | undefined>): void {
    for (const name of measures.keys()) {
      if (!this.#series.has(name))
        this.#series.set(
          name,
          this.#times.map(() => null),
        );
    }
    this.#times.push(atSeconds);
    for (const [name, values] of this.#series) values.push(measures.get(name) ?? null);
    // By the time, not by the number: where the page is not seen its browser lets it measure once a minute.
    const kept = this.#times.findIndex((time) => time > atSeconds - this.#spanSeconds);
    if (kept <= 0) return;
    this.#times.splice(0, kept);
    for (const [name, values] of this.#series) {
      values.splice(0, kept);
      if (values.every((value) => value === null)) this.#series.delete(name);
    }
  }
}

/** What a series says in words. */
export interface Summary {
  readonly now: number | undefined;
  readonly min: number;
  readonly max: number;
}

export function summaryOf(values: Values): Summary | undefined {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return undefined;
  return { now: values.at(-1) ?? undefined, min: Math.min(...known), max: Math.max(...known) };
}
