import { type ReadonlySignal, type Signal, computed, signal } from "@preact/signals";
import type { Call, Refusal, Session, Violation } from "@quorate/cluster-lab";
import { type TraceRecording, readTraceInPieces } from "@quorate/cluster-lab/trace";
import type { ClusterView, TimeMark } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import { breathing } from "./breath.ts";
import { leaderIn } from "./leader-in.ts";
import type { Scene } from "./scene.ts";

/** What is read of a file stays in memory, several times as large. */
const BYTES_MAX = 50_000_000;

/** A run of the simulator, from its trace file: it can be watched and scrubbed, but nothing can be done to it. */
export class TraceScene implements Scene {
  readonly view: Signal<ClusterView>;
  readonly nowMs: ReadonlySignal<number>;
  readonly presentMs: ReadonlySignal<number>;
  readonly isPast: ReadonlySignal<boolean>;
  readonly step: ReadonlySignal<number>;
  readonly marks: ReadonlySignal<readonly TimeMark[]>;
  readonly calls: ReadonlySignal<readonly Call[]> = signal([]);
  readonly violation: ReadonlySignal<Violation | undefined> = signal(undefined);
  readonly revision: ReadonlySignal<number> = signal(0);
  readonly travelled: ReadonlySignal<number | undefined> = signal(undefined);
  readonly options: undefined = undefined;
  readonly isFull: boolean = false;
  readonly ids: readonly NodeId[];
  readonly #recording: TraceRecording;
  readonly #position: Signal<number> = signal(0);

  private constructor(recording: TraceRecording, first: ClusterView) {
    this.#recording = recording;
    this.ids = recording.nodes;
    this.view = signal(first);
    this.nowMs = computed(() => this.view.value.nowMs);
    this.presentMs = signal(recording.endMs);
    this.isPast = signal(false);
    this.step = computed(() => recording.frames[this.#position.value]?.step ?? 0);
    this.marks = signal(recording.marks);
    this.show(beginning(recording));
  }

  /** Reads a file. Rejects with a TypeError that says what is wrong with it. */
  static async open(file: Blob): Promise<TraceScene> {
    if (file.size > BYTES_MAX) {
      throw new TypeError(
        `the file has ${file.size} bytes, and at most ${BYTES_MAX} can be drawn: trace a shorter run`,
      );
    }
    return TraceScene.read(await file.text());
  }

  /** In pieces, so that the page stays alive. Rejects with a TypeError that says what is wrong with the text. */
  static async read(text: string): Promise<TraceScene> {
    const recording = await readTraceInPieces(linesOf(text), { breathe: breathing() });
    const [first] = recording.frames;
    if (first === undefined) throw new TypeError("the trace holds no events");
    return new TraceScene(recording, first.view);
  }

  get leader(): NodeId | undefined {
    return leaderIn(this.view.peek())?.id;
  }

  session(): Session | undefined {
    return undefined;
  }

  async advance(ms: number): Promise<void> {
    this.show(Math.min(this.#recording.endMs, this.nowMs.peek() + ms));
  }

  stepForward(): Promise<void> {
    return this.#goToFrame(this.#position.peek() + 1);
  }

  stepBack(): Promise<void> {
    return this.#goToFrame(this.#position.peek() - 1);
  }

  goTo(step: number): Promise<void> {
    return this.#goToFrame(this.#recording.frames.findLastIndex((frame) => frame.step <= step));
  }

  show(atMs: number): void {
    const position = Math.max(0, lastNotAfter(this.#recording.frames, atMs));
    const frame = this.#recording.frames[position];
    if (frame === undefined) return;
    this.#position.value = position;
    this.view.value = { ...frame.view, nowMs: Math.max(atMs, frame.atMs) };
  }

  async arrive(): Promise<void> {
    return undefined;
  }

  stop(): void {
    // It is always there at once.
  }

  async act(): Promise<Refusal | undefined> {
    return { key: "stopped", node: undefined, reason: "a recording cannot be changed" };
  }

  async #goToFrame(position: number): Promise<void> {
    const frame = this.#recording.frames[position];
    if (frame !== undefined) this.show(frame.atMs);
  }
}

function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\n", at);
    const next = end < 0 ? text.length : end;
    yield text.slice(at, next);
    at = next + 1;
  }
}

/** When everybody who has a vote is up for the first time: before that there is next to nothing to see. */
function beginning({ frames }: TraceRecording): number {
  const first = frames.find(({ view: { nodes } }) => {
    const up = new Set(nodes.filter(({ condition }) => condition === "up").map(({ id }) => id));
    return nodes.some(({ membership: { voters } }) => voters.length > 0 && voters.every((id) => up.has(id)));
  });
  return first?.atMs ?? 0;
}

function lastNotAfter(frames: readonly { readonly atMs: number }[], atMs: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle]?.atMs ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
