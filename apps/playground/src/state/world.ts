import { type ReadonlySignal, type Signal, batch, computed, signal } from "@preact/signals";
import {
  type Action,
  type Call,
  type IsEnough,
  Lab,
  type LabOptions,
  type NewLab,
  type Refusal,
  type Session,
  type Violation,
} from "@quorate/cluster-lab";
import type { ClusterView, TimeMark } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import { breath, pieceOfTime } from "./breath.ts";
import { leaderIn } from "./leader-in.ts";
import type { Scene } from "./scene.ts";

/** So many single steps can be gone back without playing anything again. */
const MOMENTS = 256;

/** A way that takes longer than this has its progress shown. */
const SHORT_MS = 250;

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
  readonly travelled: Signal<number | undefined> = signal(undefined);
  readonly lab: Lab;
  /** Where the lab has to go before anything is done with it. */
  #pending: Goal | undefined;
  /** How often the reader has stopped the lab on its way. */
  #stops = 0;
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
    const lab = await Lab.open({ ...options, keepMoments: MOMENTS });
    const isUp = (): boolean => lab.view().nodes.every(({ condition }) => condition !== "starting");
    while (!isUp() && lab.nowMs < START_MAX_MS) {
      const isOver = pieceOfTime();
      await lab.runUntilTrue(() => isUp() || isOver(), START_MAX_MS - lab.nowMs);
      if (!isOver()) break;
      await breath();
    }
    return new World(lab);
  }

  /** Stands at the session's beginning; `arrive` goes where it ends, however long that takes. */
  static async resume(session: Session): Promise<World> {
    const world = new World(await Lab.resume({ ...session, step: 0, atMs: undefined }, { keepMoments: MOMENTS }));
    world.#pending = { step: session.step, atMs: session.atMs };
    return world;
  }

  get ids(): readonly NodeId[] {
    return this.view.peek().nodes.map(({ id }) => id);
  }

  get leader(): NodeId | undefined {
    return this.#pending === undefined ? this.lab.leader : leaderIn(this.view.peek())?.id;
  }

  get options(): LabOptions {
    return this.lab.options;
  }

  get isFull(): boolean {
    return this.lab.isFull;
  }

  session(): Session {
    const session = this.lab.session();
    const { step, atMs } = this.#pending ?? {};
    return step === undefined ? session : { ...session, step, atMs };
  }

  /** Stops short where something happens that somebody waits for, and where `isEnough` says so. */
  advance(ms: number, isEnough: IsEnough = () => false): Promise<void> {
    return this.#there(async () => {
      this.lab.keepFramesEvery(ms > FAST_MS ? SELDOM_MS : OFTEN_MS);
      const untilMs = this.lab.nowMs + ms;
      if (this.#waiting.length > 0 && (await this.lab.runUntilTrue((lab) => isEnough() || this.#isAwaited(lab), ms)))
        return;
      await this.lab.runUntil(untilMs, isEnough);
    }, undefined);
  }

  /**
   * Resolves at the very step after which something is so, while somebody lets time pass; at once if it is so now. Time
   * does not go on before whoever waited has had a turn.
   */
  when(isTrue: (view: ClusterView) => boolean): Promise<void> {
    if (isTrue(this.view.peek())) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = [...this.#waiting, { isTrue, resolve }];
    });
  }

  #isAwaited(lab: Lab): boolean {
    const view = lab.view();
    return this.#waiting.some(({ isTrue }) => isTrue(view));
  }

  /** Those see the world as it is at that step. */
  #tellAwaiting(view: ClusterView): void {
    const met = this.#waiting.filter(({ isTrue }) => isTrue(view));
    this.#waiting = this.#waiting.filter((waiting) => !met.includes(waiting));
    for (const { resolve } of met) resolve();
  }

  stepForward(): Promise<void> {
    const stops = this.#stops;
    return this.#inTurn(async () => {
      const isWatched = this.#pending?.step === undefined || this.#waiting.length > 0;
      if (!isWatched && this.#showMoment(this.step.peek() + 1)) return;
      await this.#travel();
      if (stops === this.#stops) await this.#do(() => this.lab.next());
    });
  }

  /** The moment before is shown if it is known; the lab goes there when something is done to it. */
  stepBack(): Promise<void> {
    const stops = this.#stops;
    return this.#inTurn(async () => {
      // What was scrubbed to is no step yet.
      if (this.#pending !== undefined && this.#pending.step === undefined) await this.#travel();
      if (stops === this.#stops) await this.#show(this.step.peek() - 1);
    });
  }

  act(action: Action): Promise<Refusal | undefined> {
    return this.actAll([() => action]);
  }

  /** One after the other, and no time passes in between; each is told when its turn comes. Stops at what is refused. */
  actAll(actions: readonly ((view: ClusterView) => Action)[]): Promise<Refusal | undefined> {
    return this.#there<Refusal | undefined>(async () => {
      for (const action of actions) {
        const refusal = await this.lab.act(action(this.lab.view()));
        if (refusal !== undefined) return refusal;
        this.revision.value += 1;
      }
      return undefined;
    }, NOT_THERE);
  }

  goTo(step: number): Promise<void> {
    return this.#inTurn(() => this.#show(step));
  }

  /** What is known of the future never happened. */
  fork(): Promise<void> {
    return this.#there(() => this.lab.fork(), undefined);
  }

  /** Nothing that is no time; what is not known yet is as far as it is known. */
  show(atMs: number): void {
    const knownMs = Math.max(0, Math.min(atMs, this.lab.end.atMs));
    const frame = this.lab.frameAt(knownMs);
    if (frame === undefined) return;
    this.#pending = { step: undefined, atMs: knownMs };
    this.view.value = { ...frame.view, nowMs: knownMs };
  }

  arrive(): Promise<void> {
    return this.#inTurn(() => this.#travel());
  }

  stop(): void {
    this.#stops += 1;
    this.#pending = undefined;
  }

  /**
   * Does something with the lab once it is at the moment that is shown; one thing after the other. `otherwise` where it
   * was stopped on its way: what was meant for one moment must not happen at another.
   */
  #there<T>(work: () => T | Promise<T>, otherwise: T): Promise<T> {
    const stops = this.#stops;
    return this.#inTurn(async () => {
      await this.#travel();
      return stops === this.#stops ? this.#do(work) : otherwise;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async #do<T>(work: () => T | Promise<T>): Promise<T> {
    const result = await work();
    this.refresh();
    if (this.#waiting.length > 0) this.#tellAwaiting(this.lab.view());
    return result;
  }

  async #show(at: number): Promise<void> {
    const step = Math.max(0, at);
    if (!this.#showMoment(step)) {
      this.#pending = { step, atMs: undefined };
      await this.#travel();
    }
    this.#tellAwaiting(this.view.peek());
  }

  #showMoment(step: number): boolean {
    if (step === this.lab.step) {
      this.#pending = undefined;
      this.refresh();
      return true;
    }
    const moment = this.lab.momentOf(step);
    if (moment === undefined) return false;
    this.#pending = { step, atMs: undefined };
    batch(() => {
      this.view.value = moment.view;
      this.calls.value = moment.calls;
      this.step.value = step;
      this.violation.value = moment.violation;
    });
    return true;
  }

  /**
   * Goes where the lab is wanted, piece by piece, so that the page stays alive. It is over when the lab was told to go there
   * and went: its clock may still differ from what was asked for, by a rounding. Where it is stopped, the moment that
   * it has come to is shown.
   */
  async #travel(): Promise<void> {
    if (this.#pending === undefined) return;
    const sinceMs = performance.now();
    try {
      for (let goal: Goal | undefined = this.#pending; goal !== undefined; goal = this.#pending) {
        const isThere = await this.#approach(goal);
        if (isThere && this.#pending === goal) this.#pending = undefined;
        else await breath();
        if (performance.now() - sinceMs > SHORT_MS) this.travelled.value = this.#share(goal);
      }
    } finally {
      this.travelled.value = undefined;
    }
    this.refresh();
  }

  async #approach({ step, atMs }: Goal): Promise<boolean> {
    const { lab } = this;
    if (step === undefined) return lab.replayToMs(atMs, pieceOfTime());
    const isThere = await lab.replayTo(step, pieceOfTime());
    if (isThere && atMs !== undefined) await lab.waitUntil(atMs);
    return isThere;
  }

  #share({ step, atMs }: Goal): number {
    const { lab } = this;
    return step === undefined ? lab.nowMs / Math.max(atMs, 1) : lab.step / Math.max(step, 1);
  }

  refresh(): void {
    if (this.#pending !== undefined) return;
    const { lab } = this;
    batch(() => {
      this.view.value = lab.view();
      this.presentMs.value = lab.end.atMs;
      this.calls.value = lab.calls;
      this.violation.value = lab.violation;
      this.step.value = lab.step;
      this.marks.value = lab.marks();
    });
  }
}

interface Waiting {
  readonly isTrue: (view: ClusterView) => boolean;
  readonly resolve: () => void;
}

/** The moment after a step, or a later one before the next; or the last one that is not later than a time. */
type Goal =
  | { readonly step: number; readonly atMs: number | undefined }
  | { readonly step: undefined; readonly atMs: number };

const NOT_THERE: Refusal = {
  key: "not-there",
  node: undefined,
  reason: "the lab was stopped on its way",
};
