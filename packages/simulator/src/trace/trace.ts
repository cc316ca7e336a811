import { TraceDigest } from "./digest.ts";
import { type TraceEvents, type TraceKind, traceKinds } from "./trace-event.ts";

/** One event of a trace: what happened, when, and during which step. */
export type TraceEntry = {
  readonly [Kind in TraceKind]: {
    readonly step: number;
    readonly atMs: number;
    readonly kind: Kind;
    readonly payload: TraceEvents[Kind];
  };
}[TraceKind];

/** Takes what a run tells. Called while production code is on the stack: must not throw. */
export type TraceSink = (entry: TraceEntry) => void;

/** Hears everything that happens in a run, for its digest and for whoever wants to know more. */
export class Trace {
  readonly #digest = new TraceDigest();
  readonly #sink: TraceSink | undefined;
  step = 0;
  atMs = 0;

  constructor(sink: TraceSink | undefined) {
    this.#sink = sink;
  }

  /** A hash of everything so far. */
  get digest(): string {
    return this.#digest.toString();
  }

  /** Whether anybody wants to know more than the digest. */
  get isHeard(): boolean {
    return this.#sink !== undefined;
  }

  /** The next event of the scheduler begins. */
  begin(atMs: number, kind: number, node: number): void {
    this.step += 1;
    this.atMs = atMs;
    this.#digest.add(atMs);
    this.#digest.add(kind * 64 + node);
  }

  note<Kind extends TraceKind>(kind: Kind, payload: TraceEvents[Kind]): void {
    traceKinds[kind].mix(this.#digest, payload);
    this.#sink?.({ step: this.step, atMs: this.atMs, kind, payload } as TraceEntry);
  }
}

/** `[12.3 ms] n2 is leader in term 4`. */
export function entryInWords(entry: TraceEntry): string {
  return `[${entry.atMs.toFixed(3)} ms] ${wordsOf(entry.kind, entry.payload)}`;
}

/** An entry as one object of a trace file. */
export function entryAsJson(entry: TraceEntry): Readonly<Record<string, unknown>> {
  const { step, atMs, kind, payload } = entry;
  return { step, atMs, kind, ...jsonOf(kind, payload) };
}

function wordsOf<Kind extends TraceKind>(kind: Kind, payload: TraceEvents[Kind]): string {
  return traceKinds[kind].words(payload);
}

function jsonOf<Kind extends TraceKind>(kind: Kind, payload: TraceEvents[Kind]): Readonly<Record<string, unknown>> {
  return traceKinds[kind].json?.(payload) ?? { ...payload };
}
