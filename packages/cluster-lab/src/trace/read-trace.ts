import type { ClusterView, FlightView, TimeMark } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { Frame } from "../play/recording.ts";
import { NodeTrack } from "./node-track.ts";
import { GuessedOwn, type OwnTrack, ToldOwn } from "./own-track.ts";
import { eventOf, headerOf } from "./parse.ts";
import type { Fields, TraceEvent, TraceHeader } from "./trace-event.ts";
import { TraceMarks } from "./trace-marks.ts";
import { TracedCuts } from "./traced-cuts.ts";
import { flightsOf } from "./traced-flights.ts";

/** A run of the simulator, ready to be drawn. */
export interface TraceRecording {
  readonly seed: string;
  readonly profile: string;
  readonly nodes: readonly NodeId[];
  /** By ascending times. */
  readonly frames: readonly Frame[];
  readonly marks: readonly TimeMark[];
  readonly endMs: number;
}

export interface ReadTraceOptions {
  /** How much of the run's time lies between two frames; more, where there would be too many of them. */
  readonly frameEveryMs?: number | undefined;
}

const FRAME_EVERY_MS = 5;
const FRAMES_MAX = 10_000;
/** Of those on their way at one moment, the last ones to be sent. */
const FLIGHTS_SHOWN = 500;

/**
 * Reads the lines of a trace file. What a trace does not tell is undefined in the views: election timeouts and what entries
 * say. In version 1 nodes did not tell which configuration they go by, either: whoever began the cluster is a voter for
 * ever, and nobody else is. Throws a TypeError that names the line and what is wrong with it.
 */
export function readTrace(lines: Iterable<string>, options: ReadTraceOptions = {}): TraceRecording {
  const reading = readingOf(lines, options);
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
  }
}

/** As `readTrace`; after every little piece of work it calls `breathe`, and waits where that returns a promise. */
export async function readTraceInPieces(
  lines: Iterable<string>,
  { breathe, ...options }: ReadTraceOptions & { readonly breathe: () => Promise<void> | undefined },
): Promise<TraceRecording> {
  const reading = readingOf(lines, options);
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
    const breath = breathe();
    if (breath !== undefined) await breath;
  }
}

/** Yields after every line, and then twice after every event. */
function* readingOf(lines: Iterable<string>, options: ReadTraceOptions): Generator<void, TraceRecording> {
  let header: TraceHeader | undefined;
  const events: TraceEvent[] = [];
  let number = 0;
  for (const line of lines) {
    number += 1;
    if (header === undefined) header = headerOf(line);
    else if (line.trim() !== "") events.push(eventOf(line, number, events.at(-1)));
    yield;
  }
  if (header === undefined) throw new TypeError("the trace file is empty");
  const endMs = events.at(-1)?.atMs ?? 0;
  const everyMs = Math.max(options.frameEveryMs ?? FRAME_EVERY_MS, endMs / FRAMES_MAX);
  const reading = new Reading(header, yield* flightsOf(events, header.delayMs), everyMs);
  for (const event of events) {
    reading.take(event);
    yield;
  }
  const { frames, marks } = reading.finish(endMs, events.at(-1)?.step ?? 0);
  const { nodes, profile, seed } = header;
  return { seed, profile, nodes, frames, marks, endMs };
}

class Reading {
  readonly #everyMs: number;
  readonly #tracks: ReadonlyMap<NodeId, NodeTrack>;
  readonly #cuts: TracedCuts;
  readonly #flights: readonly FlightView[];
  readonly #marks = new TraceMarks();
  readonly #frames: Frame[] = [];
  /** Of the flights, those that have been sent so far and may still be on their way. */
  #begun = 0;
  #under: readonly FlightView[] = [];
  #step = 0;
  #atMs = 0;

  constructor({ founders, nodes, version }: TraceHeader, flights: readonly FlightView[], everyMs: number) {
    this.#everyMs = everyMs;
    this.#flights = flights;
    const ownOf = (id: NodeId): OwnTrack =>
      version > 1 ? new ToldOwn() : new GuessedOwn(id, founders.includes(id) ? founders : []);
    this.#tracks = new Map(nodes.map((id) => [id, new NodeTrack(id, ownOf(id))]));
    this.#cuts = new TracedCuts(nodes);
  }

  take(event: TraceEvent): void {
    if (event.atMs > this.#atMs) this.#frame();
    this.#atMs = event.atMs;
    this.#step = event.step;
    this.#marks.note(event, this.#tell(event));
  }

  finish(endMs: number, step: number): { readonly frames: readonly Frame[]; readonly marks: readonly TimeMark[] } {
    this.#frames.push({ step, atMs: endMs, view: this.#view() });
    return { frames: this.#frames, marks: this.#marks.all };
  }

  /** Whether it is a fault that cuts links. */
  #tell(event: TraceEvent): boolean {
    const { atMs, fields, kind } = event;
    switch (kind) {
      case "send":
        this.#track(fields.text("from"))?.sends(fields.text("to"), fields.object("message"));
        return false;
      case "deliver":
        this.#hears(fields, atMs);
        return false;
      case "fault": {
        const fault = fields.object("fault");
        const leader = this.#leader();
        if (fault.text("type") === "pause") {
          const node = fault.text("node");
          this.#track(node === "leader" ? (leader ?? "") : node)?.pause(atMs + fault.number("forMs"));
        }
        return this.#cuts.begin(fault, atMs, leader);
      }
      case "healed":
        this.#cuts.end();
        return false;
      default:
        if (fields.has("node")) this.#track(fields.text("node"))?.happens(event);
        return false;
    }
  }

  /** What comes from outside the plan says nothing of the cluster. */
  #hears(fields: Fields, atMs: number): void {
    const from = fields.text("from");
    const track = this.#track(fields.text("to"));
    if (this.#tracks.has(from)) track?.hears(from, fields.object("message"), atMs);
  }

  #track(id: NodeId): NodeTrack | undefined {
    return this.#tracks.get(id);
  }

  #leader(): NodeId | undefined {
    const leaders = [...this.#tracks.values()].filter(({ leadsTerm }) => leadsTerm !== undefined);
    return leaders.toSorted((a, b) => (b.leadsTerm ?? 0) - (a.leadsTerm ?? 0))[0]?.id;
  }

  #frame(): void {
    const last = this.#frames.at(-1);
    if (last !== undefined && this.#atMs < last.atMs + this.#everyMs) return;
    this.#frames.push({ step: this.#step, atMs: this.#atMs, view: this.#view() });
  }

  #view(): ClusterView {
    const nowMs = this.#atMs;
    const before = this.#frames.at(-1)?.view;
    const nodes = [...this.#tracks.values()].map((track) => track.view(nowMs));
    const isSame = nodes.every((node, at) => node === before?.nodes[at]);
    return {
      nowMs,
      nodes: isSame ? (before?.nodes ?? nodes) : nodes,
      flights: this.#flying(nowMs),
      cuts: this.#cuts.view(nowMs),
    };
  }

  #flying(nowMs: number): readonly FlightView[] {
    const flying = this.#under.filter(({ dueMs }) => dueMs > nowMs);
    for (let next = this.#flights[this.#begun]; next !== undefined && next.sentMs <= nowMs;) {
      if (next.dueMs > nowMs) flying.push(next);
      this.#begun += 1;
      next = this.#flights[this.#begun];
    }
    const isSame = flying.length === this.#under.length && flying.every((flight, at) => flight === this.#under[at]);
    if (!isSame) this.#under = flying.slice(-FLIGHTS_SHOWN);
    return this.#under;
  }
}
