import type { EntryKind, NodeId } from "@quorate/raft-core";

/** What one line of a trace file says, its fields as they stand there. */
export interface TraceEvent {
  readonly step: number;
  readonly atMs: number;
  readonly kind: string;
  readonly fields: Fields;
}

/** Lists of texts are lists of nodes; no plan has so many. */
const TEXTS_MAX = 32;

/** The fields of one object of the file; every look at one says where in the file it is if it is not there. */
export class Fields {
  readonly #of: object;
  readonly #where: string;

  constructor(value: unknown, where: string) {
    if (typeof value !== "object" || value === null) throw new TypeError(`${where} is no object`);
    this.#of = value;
    this.#where = where;
  }

  text(name: string): string {
    const value: unknown = Reflect.get(this.#of, name);
    if (typeof value !== "string") throw this.#wrong(name, "text");
    return value;
  }

  textIfAny(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  number(name: string): number {
    const value: unknown = Reflect.get(this.#of, name);
    if (typeof value !== "number" || !Number.isFinite(value)) throw this.#wrong(name, "a number");
    return value;
  }

  /** A whole number from 0 to `max`: whoever wrote the file must not decide how much is done for one line of it. */
  countTo(max: number, name: string): number {
    const value = this.number(name);
    if (!Number.isInteger(value) || value < 0 || value > max)
      throw this.#wrong(name, `a whole number from 0 to ${max}`);
    return value;
  }

  /** `otherwise` where there is none. */
  numberOr(name: string, otherwise: number): number {
    return this.has(name) ? this.number(name) : otherwise;
  }

  flag(name: string): boolean {
    return Reflect.get(this.#of, name) === true;
  }

  has(name: string): boolean {
    return Reflect.get(this.#of, name) !== undefined;
  }

  object(name: string): Fields {
    return new Fields(Reflect.get(this.#of, name), `${this.#where}: ${name}`);
  }

  objects(name: string): readonly Fields[] {
    return this.#list(name).map((value, at) => new Fields(value, `${this.#where}: ${name}[${at}]`));
  }

  texts(name: string): readonly string[] {
    const values = this.#list(name);
    if (values.length > TEXTS_MAX) throw this.#wrong(name, `a list of at most ${TEXTS_MAX}`);
    return values.map((value) => {
      if (typeof value !== "string") throw this.#wrong(name, "a list of texts");
      return value;
    });
  }

  /** Everything in it, which is all true or false. */
  flags(): Readonly<Record<string, boolean>> {
    return Object.fromEntries(
      Object.entries(this.#of).map(([name, value]: [string, unknown]) => [name, value === true]),
    );
  }

  /** All that is plain, by name. */
  plain(): readonly (readonly [string, string])[] {
    return Object.entries(this.#of).flatMap(([name, value]: [string, unknown]): (readonly [string, string])[] =>
      typeof value === "number" || typeof value === "boolean" ? [[name, String(value)]] : [],
    );
  }

  /** The same for two objects that hold the same. */
  toString(): string {
    return JSON.stringify(this.#of);
  }

  #list(name: string): readonly unknown[] {
    const value: unknown = Reflect.get(this.#of, name);
    if (!Array.isArray(value)) throw this.#wrong(name, "a list");
    return value;
  }

  #wrong(name: string, what: string): TypeError {
    return new TypeError(`${this.#where}: ${name} is not ${what}`);
  }
}

/** An entry as messages of a trace name it. */
export interface TracedEntry {
  readonly index: number;
  readonly term: number;
  readonly kind: EntryKind;
}

export function entriesOf(message: Fields): readonly TracedEntry[] {
  return message.objects("entries").map((entry) => {
    const kind = entry.text("kind");
    if (kind !== "command" && kind !== "no-op" && kind !== "membership")
      throw new TypeError(`an entry of kind ${kind}`);
    return { index: entry.number("index"), term: entry.number("term"), kind };
  });
}

/** What was played, as far as a drawing needs it. */
export interface TraceHeader {
  readonly version: number;
  /** Those that the cluster began with, as voters. */
  readonly founders: readonly NodeId[];
  /** Everybody, those that wait to be added included. */
  readonly nodes: readonly NodeId[];
  /** What a message takes, about. */
  readonly delayMs: number;
  readonly seed: string;
  readonly profile: string;
}
