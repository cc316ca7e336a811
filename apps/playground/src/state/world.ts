import { type ReadonlySignal, type Signal, batch, computed, signal } from "@preact/signals";
import {
  type Action,
  type Call,
  Lab,
  type LabOptions,
  type NewLab,
  type Refusal,
  type Session,
  type Violation,
} from "@quorate/cluster-lab";
import type { ClusterView, TimeMark } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { Scene } from "./scene.ts";

/** Forwards, a long history is played in pieces of so much virtual time, so that the page stays alive. */
const PIECE_MS = 20_000;

/** Reading an empty disk takes far less. */
const START_MAX_MS = 1_000;

/** Where this much virtual time passes at a time, nobody sees single messages: fewer moments are kept for going back. */
const FAST_MS = 100;
const OFTEN_MS = 10;
const SELDOM_MS = 50;

/**
 * The lab as the page sees it: what is shown, as signals, and what can be done. Shown is either the lab's own moment or,
 * while somebody scrubs, a moment of the recording; the lab follows there before anything happens to it.
 */
export class World implements Scene {
  readonly view: Signal<ClusterView>;
  readonly nowMs: ReadonlySignal<number>;
  readonly presentMs: Signal<number>;
  readonly marks: Signal<readonly TimeMark[]>;
  readonly calls: Signal<readonly Call[]>;
  readonly violation: Signal<Violation | undefined>;
  readonly step: Signal<number>;
  readonly isPast: ReadonlySignal<boolean>;
  readonly revision: Signal<number> = signal(0);
  readonly lab: Lab;
  /** Where the lab has to go before anything is done with it. */
  #pendingMs: number | undefined;
  #marksCount = -1;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting: readonly Waiting[] = [];

  constructor(lab: Lab) {
    this.lab = lab;
    this.view = signal(lab.view());
    this.nowMs = computed(() => this.view.value.nowMs);
    this.presentMs = signal(lab.end.atMs);
    this.marks = signal(lab.marks());
    this.calls = signal(lab.calls);
    this.violation = signal(lab.violation);
    this.step = signal(lab.step);
    this.isPast = computed(() => this.nowMs.value < this.presentMs.value);
  }

  /** A cluster whose nodes have just come up. */
  static async open(options: NewLab): Promise<World> {
    const lab = await Lab.open(options);
    await lab.runUntilTrue(
      (each) => each.view().nodes.every(({ condition }) => condition !== "starting"),
      START_MAX_MS,
    );
    return new World(lab);
  }

  static async resume(session: Session): Promise<World> {
    return new World(await Lab.resume(session));
  }

  get ids(): readonly NodeId[] {
    return this.view.peek().nodes.map(({ id }) => id);
  }

  get leader(): NodeId | undefined {
    return this.lab.leader;
  }

  get options(): LabOptions {
    return this.lab.options;
  }

  session(): Session {
    return this.lab.session();
  }

  /** Stops short where something happens that somebody waits for. */
  advance(ms: number): Promise<void> {
    return this.#there(async () => {
      this.lab.keepFramesEvery(ms > FAST_MS ? SELDOM_MS : OFTEN_MS);
      const untilMs = this.lab.nowMs + ms;
      if (this.#waiting.length > 0 && (await this.lab.runUntilTrue((lab) => this.#isAwaited(lab), ms))) return;
      await this.lab.runUntil(untilMs);
    });
  }

  /**
   * Resolves at the very step after which something is so, while somebody lets time pass; at once if it is so now. Time
   * does not go on before whoever waited has had a turn.
   */
  when(isTrue: (view: ClusterView) => boolean): Promise<void> {
    if (isTrue(this.lab.view())) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = [...this.#waiting, { isTrue, resolve }];
    });
  }

  #isAwaited(lab: Lab): boolean {
    const view = lab.view();
    return this.#waiting.some(({ isTrue }) => isTrue(view));
  }

  /** Those see the world as it is at that step. */
  #tellAwaiting(): void {
    const view = this.lab.view();
    const met = this.#waiting.filter(({ isTrue }) => isTrue(view));
    this.#waiting = this.#waiting.filter((waiting) => !met.includes(waiting));
    for (const { resolve } of met) resolve();
  }

  async stepForward(): Promise<void> {
    await this.#there(() => this.lab.next());
  }

  stepBack(): Promise<void> {
    return this.#there(() => this.lab.replayTo(Math.max(0, this.lab.step - 1)));
  }

  act(action: Action): Promise<Refusal | undefined> {
    return this.actAll([() => action]);
  }

  /** One after the other, and no time passes in between; each is told when its turn comes. Stops at what is refused. */
  actAll(actions: readonly ((view: ClusterView) => Action)[]): Promise<Refusal | undefined> {
    return this.#there(async () => {
      for (const action of actions) {
        const refusal = await this.lab.act(action(this.lab.view()));
        if (refusal !== undefined) return refusal;
        this.revision.value += 1;
      }
      return undefined;
    });
  }

  goTo(step: number): Promise<void> {
    return this.#there(() => this.lab.replayTo(Math.max(0, step)));
  }

  /** What is known of the future never happened. */
  fork(): Promise<void> {
    return this.#there(() => this.lab.fork());
  }

  /** Nothing that is no time; what is not known yet is as far as it is known. */
  show(atMs: number): void {
    const knownMs = Math.max(0, Math.min(atMs, this.lab.end.atMs));
    const frame = this.lab.frameAt(knownMs);
    if (frame === undefined) return;
    this.#pendingMs = knownMs;
    this.view.value = { ...frame.view, nowMs: knownMs };
  }

  arrive(): Promise<void> {
    return this.#there(() => undefined);
  }

  /** Does something with the lab once it is at the moment that is shown; one thing after the other. */
  #there<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.#tail.then(async () => {
      await this.#travel();
      const result = await work();
      this.refresh();
      if (this.#waiting.length > 0) this.#tellAwaiting();
      return result;
    });
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Over when the lab was told to go there and went: its clock may still differ from what was asked for, by a rounding.
   * Where it does not move, that moment cannot be reached, and the lab's own is shown.
   */
  async #travel(): Promise<void> {
    const { lab } = this;
    for (let atMs = this.#pendingMs; atMs !== undefined; atMs = this.#pendingMs) {
      const { nowMs } = lab;
      const pieceMs = Math.min(atMs, (atMs < nowMs ? 0 : nowMs) + PIECE_MS);
      await lab.replayToMs(pieceMs);
      const isThrough = pieceMs === atMs || lab.nowMs === nowMs;
      if (isThrough && this.#pendingMs === atMs) this.#pendingMs = undefined;
      else await breath();
    }
  }

  refresh(): void {
    if (this.#pendingMs !== undefined) return;
    const { lab } = this;
    batch(() => {
      this.view.value = lab.view();
      this.presentMs.value = lab.end.atMs;
      this.calls.value = lab.calls;
      this.violation.value = lab.violation;
      this.step.value = lab.step;
      const marks = lab.marks();
      if (marks.length !== this.#marksCount) {
        this.#marksCount = marks.length;
        this.marks.value = [...marks];
      }
    });
  }
}

interface Waiting {
  readonly isTrue: (view: ClusterView) => boolean;
  readonly resolve: () => void;
}

/** Lets the page draw and answer. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
