import type { ClusterView, TimeMark } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { Call } from "./clients/call.ts";
import type { Violation } from "./invariants/invariant.ts";
import { Cluster, type StepTaken } from "./play/cluster.ts";
import type { Refusal } from "./play/refusal.ts";
import { type Frame, type Moment, Recording } from "./play/recording.ts";
import { acting } from "./play/acting.ts";
import type { Action } from "./session/action.ts";
import { ActionList } from "./session/action-list.ts";
import type { GivenOptions, LabOptions } from "./session/options.ts";
import {
  ACTIONS_MAX,
  type Beginning,
  SESSION_VERSION,
  STEPS_MAX,
  type Session,
  type TimedAction,
  beginningOf,
  resolve,
} from "./session/session.ts";
import { Viewer } from "./view/viewer.ts";

export interface NewLab extends LabSettings {
  /** Up to 16 hexadecimal digits; "1" unless given. */
  readonly seed?: string | undefined;
  /** How many nodes the cluster begins with; 3 unless given. */
  readonly nodes?: number | undefined;
  readonly options?: GivenOptions | undefined;
}

/** What of a lab makes no difference to its history. */
export interface LabSettings {
  /** How much virtual time lies between two frames. */
  readonly frameEveryMs?: number | undefined;
  /** How many microtasks pass after a step. For the test that the default is enough. */
  readonly microtasks?: number | undefined;
  /** As `microtasks`, for where a history is as long as it can be. */
  readonly stepsMax?: number | undefined;
  /** So many of the last steps can be looked at again with `momentOf`; none unless given, for that takes time. */
  readonly keepMoments?: number | undefined;
}

/** Asked after every step of a long way: true where enough of it has been gone for now. */
export type IsEnough = () => boolean;

const never: IsEnough = () => false;

const FRAME_EVERY_MS = 10;
/** Before a time that somebody goes back to, so much of what happened can be looked at again. */
const MOMENTS_MS = 100;

const TOO_MANY: Refusal = {
  key: "full",
  node: undefined,
  reason: `a session holds ${ACTIONS_MAX} actions and ${STEPS_MAX} steps, and no more`,
};

/** Times that actions are given are whole microseconds. */
const round = (atMs: number): number => Math.round(atMs * 1000) / 1000;

/** Without it nodes would run, and every call would end in an error that is hard to understand. */
function assertPlatform(): void {
  if (typeof Promise.withResolvers !== "function")
    throw new Error("the lab needs Promise.withResolvers: run it with Node 22 or later, or a browser since 2024");
}

/** There is always a next heartbeat: towards a time that never comes, a lab would play for ever. */
function assertTime(atMs: number): void {
  if (!Number.isFinite(atMs)) throw new TypeError(`atMs must be a finite number, not ${atMs}`);
}

/**
 * A cluster of real `RaftNode`s on virtual time, and its history: act, step, look, go back. Seed, options and actions
 * give the same history every time.
 *
 * Everything here happens in microtasks, but that the first action fetches what performs them: whoever awaits a method
 * holds up the thread until it is done. Calls are carried out one after the other.
 */
export class Lab {
  readonly #begun: Beginning;
  readonly #settings: LabSettings;
  readonly #recording: Recording;
  #cluster: Cluster;
  #viewer: Viewer;
  readonly #actions: ActionList;
  /** Where time passes fast, nobody goes back by single steps. */
  readonly #isSlow = (): boolean => this.#recording.everyMs <= FRAME_EVERY_MS;
  /** Whether this step is one to be kept for looking at it again. */
  #isMoment: () => boolean = this.#isSlow;
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(cluster: Cluster, begun: Beginning & Partial<Session>, settings: LabSettings) {
    this.#cluster = cluster;
    this.#viewer = new Viewer(cluster);
    this.#begun = { seed: begun.seed, nodes: begun.nodes, options: begun.options };
    this.#actions = new ActionList(begun.actions ?? []);
    this.#settings = settings;
    this.#recording = new Recording(settings.frameEveryMs ?? FRAME_EVERY_MS, settings.keepMoments);
    this.#note();
  }

  /**
   * A cluster at its beginning. Throws a TypeError that names what is wrong with the options, and an Error where the
   * platform is too old.
   */
  static async open({ seed = "1", nodes = 3, options = {}, ...settings }: NewLab = {}): Promise<Lab> {
    assertPlatform();
    return Lab.#begin(beginningOf({ seed, nodes, options }), settings);
  }

  /** Where a session ends, having played all of it. Throws a TypeError that names what is wrong with it. */
  static async resume(value: Session, settings: LabSettings = {}): Promise<Lab> {
    assertPlatform();
    const { sessionOf } = await import("./session/session-of.ts");
    const session = sessionOf(value);
    const lab = await Lab.#begin(session, settings);
    await lab.replayTo(session.step);
    if (session.atMs !== undefined) await lab.waitUntil(session.atMs);
    return lab;
  }

  static async #begin(begun: Beginning & Partial<Session>, settings: LabSettings): Promise<Lab> {
    return new Lab(await Lab.#clusterOf(begun, settings), begun, settings);
  }

  static #clusterOf(begun: Beginning, settings: LabSettings): Promise<Cluster> {
    const { seed, nodes, options } = begun;
    const { microtasks, stepsMax } = settings;
    return Cluster.begin({ seed, nodes, options: resolve(options), microtasks, stepsMax });
  }

  /** All of them, defaults included. */
  get options(): LabOptions {
    return this.#cluster.options;
  }

  /** How many steps have been taken: events and actions. */
  get step(): number {
    return this.#cluster.step;
  }

  get nowMs(): number {
    return this.#cluster.nowMs;
  }

  /** The step that was taken last. */
  get last(): StepTaken | undefined {
    return this.#cluster.last;
  }

  /** Up to where the history is known; later than now after going back. */
  get end(): { readonly step: number; readonly atMs: number } {
    return this.#recording.end;
  }

  /** The invariant that is broken; nothing happens after it. */
  get violation(): Violation | undefined {
    return this.#cluster.violation;
  }

  /** It is as long as a history can be: nothing happens any more. */
  get isFull(): boolean {
    return this.#cluster.isFull;
  }

  /** Whoever leads the latest term, as far as it runs. */
  get leader(): NodeId | undefined {
    return this.#cluster.leader();
  }

  /** All nodes, spares included. */
  get nodes(): readonly NodeId[] {
    return [...this.#cluster.machines.keys()];
  }

  /** Those that have been told to take a snapshot, and will with the next entry that they apply. */
  get snapshotsWanted(): readonly NodeId[] {
    return this.nodes.filter((id) => this.#cluster.machines.get(id)?.isSnapshotWanted);
  }

  /** What clients have asked up to now, and what has come of it. */
  get calls(): readonly Call[] {
    return this.#cluster.calls.all;
  }

  /** This moment. */
  view(): ClusterView {
    return this.#viewer.view();
  }

  /** Of the whole history that is known, later than now after going back. */
  marks(): readonly TimeMark[] {
    return this.#recording.marks;
  }

  /** As `marks`: a view every few virtual milliseconds, for scrubbing. */
  frames(): readonly Frame[] {
    return this.#recording.frames;
  }

  /** The last frame that is not later than `atMs`. Between two frames, flights can be drawn further by their times. */
  frameAt(atMs: number): Frame | undefined {
    return this.#recording.frameAt(atMs);
  }

  /** What was seen right after `step`, if it is one of the last that were played, or near where somebody went back to. */
  momentOf(step: number): Moment | undefined {
    return this.#recording.momentOf(step);
  }

  /** From now on, so much virtual time lies between two frames: fewer of them let it pass faster. */
  keepFramesEvery(ms: number): void {
    this.#recording.everyMs = ms;
  }

  /** What it takes to come here again, and on to what is known of the future. */
  session(): Session {
    return {
      version: SESSION_VERSION,
      ...this.#begun,
      actions: this.#actions.all,
      step: this.step,
      ...this.#sinceStep,
    };
  }

  /** Takes one step: an event, or an action that has been recorded. False where nothing will ever happen again. */
  next(): Promise<boolean> {
    return this.#inTurn(() => this.#next());
  }

  /**
   * Takes every step up to `atMs`, to the microsecond, and lets time pass up to there; stops at a violation. False
   * where `isEnough` ended it before. Rejects with a TypeError where `atMs` is not finite.
   */
  runUntil(atMs: number, isEnough: IsEnough = never): Promise<boolean> {
    return this.#inTurn(async () => {
      assertTime(atMs);
      const isThere = await this.#playTo(round(atMs), isEnough);
      this.#note();
      return isThere;
    });
  }

  /** Lets time pass up to `atMs`, but not beyond what happens next. */
  waitUntil(atMs: number): Promise<void> {
    return this.#inTurn(async () => this.#cluster.advanceTo(atMs));
  }

  /**
   * Takes steps until `isTrue` or until `withinMs` have passed; resolves with whether it is. Looks after every step.
   */
  runUntilTrue(isTrue: (lab: Lab) => boolean, withinMs: number): Promise<boolean> {
    return this.#inTurn(async () => {
      const untilMs = this.nowMs + withinMs;
      while (!isTrue(this)) {
        if (this.#nextMs > untilMs || !(await this.#next())) return false;
      }
      return true;
    });
  }

  /**
   * Does it now. Resolves with why not, where that cannot be: then nothing has changed. In the past it makes another
   * history: what was known of the future is dropped. Throws a TypeError for what is no action.
   */
  act(action: Action): Promise<Refusal | undefined> {
    return this.#inTurn(async () => {
      const checked = (await acting()).actionOf(action);
      if (this.#actions.isFull || this.isFull) return TOO_MANY;
      const time = this.#sinceStep;
      const refusal = await this.#cluster.act(checked);
      if (refusal !== undefined) return refusal;
      this.#recording.cut(this.step - 1, this.nowMs);
      this.#actions.add(this.step, time, checked);
      this.#note();
      this.#recording.keep({ step: this.step, atMs: this.nowMs, view: this.view() });
      return undefined;
    });
  }

  /**
   * Goes to the moment right after `step`, back or forward. What is known of the future stays. False where `isEnough`
   * ended it on the way, at least one step further: called again, it goes on from there.
   */
  replayTo(step: number, isEnough: IsEnough = never): Promise<boolean> {
    return this.#inTurn(async () => {
      if (step < this.step) await this.#rewind();
      this.#isMoment = () => this.step > step - (this.#settings.keepMoments ?? 0);
      while (this.step < step && (await this.#next())) if (this.step < step && isEnough()) return false;
      return true;
    });
  }

  /**
   * As `replayTo`, to the moment before anything after `atMs` happens. Whatever happened up to then has happened; the
   * time itself is that of the last step or `atMs` to the microsecond. Rejects with a TypeError where `atMs` is not finite.
   */
  replayToMs(atMs: number, isEnough: IsEnough = never): Promise<boolean> {
    return this.#inTurn(async () => {
      assertTime(atMs);
      if (atMs < this.nowMs) await this.#rewind();
      this.#isMoment = () => this.nowMs > atMs - MOMENTS_MS;
      return this.#playTo(atMs, isEnough);
    });
  }

  /** What is known of the future is dropped, recorded actions included: from here on, this lab goes another way. */
  fork(): Promise<void> {
    return this.#inTurn(async () => {
      this.#actions.forgetFuture();
      this.#recording.cut(this.step, this.nowMs);
    });
  }

  /** When it is, where time has passed since the last step. */
  get #sinceStep(): { readonly atMs?: number } {
    return this.nowMs > (this.#cluster.last?.atMs ?? 0) ? { atMs: this.nowMs } : {};
  }

  get #upcoming(): TimedAction | undefined {
    return this.#actions.at(this.step + 1);
  }

  get #nextMs(): number {
    if (this.violation !== undefined || this.isFull) return Infinity;
    const { nextMs, nowMs } = this.#cluster;
    return this.#upcoming === undefined ? nextMs : (this.#upcoming.atMs ?? nowMs);
  }

  async #next(): Promise<boolean> {
    const upcoming = this.violation === undefined && !this.isFull ? this.#upcoming : undefined;
    const isTaken = upcoming === undefined ? await this.#cluster.next() : await this.#again(upcoming);
    this.#note();
    return isTaken;
  }

  /** An action that was recorded. Of another version of the code it may have become impossible: then it is left out. */
  async #again({ atMs, action }: TimedAction): Promise<boolean> {
    if (atMs !== undefined) this.#cluster.advanceTo(atMs);
    if ((await this.#cluster.act(action)) !== undefined) {
      this.#actions.leaveOut();
      return this.#cluster.next();
    }
    this.#actions.take();
    return true;
  }

  /** Takes every step up to then, and lets time pass up to there. */
  async #playTo(untilMs: number, isEnough: IsEnough): Promise<boolean> {
    while (this.#nextMs <= untilMs) {
      await this.#next();
      if (isEnough() && this.#nextMs <= untilMs) return false;
    }
    const restMs = round(untilMs);
    if (restMs > this.nowMs) this.#cluster.advanceTo(restMs);
    return true;
  }

  async #rewind(): Promise<void> {
    this.#cluster = await Lab.#clusterOf(this.#begun, this.#settings);
    this.#viewer = new Viewer(this.#cluster);
    this.#actions.rewind();
  }

  #note(): void {
    const { nowMs, step, witness } = this.#cluster;
    this.#recording.note(step, nowMs, witness.marks.take(), () => this.view());
    if (this.#settings.keepMoments === undefined || !this.#isMoment()) return;
    this.#recording.keepMoment({ step, atMs: nowMs, view: this.view(), calls: this.calls, violation: this.violation });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(() => {
      this.#isMoment = this.#isSlow;
      return work();
    });
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}
