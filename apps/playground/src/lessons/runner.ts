import { type ReadonlySignal, type Signal, batch, computed, signal } from "@preact/signals";
import type { AppState } from "../state/app-state.ts";
import { makeMoves } from "../state/moves.ts";
import { speeds } from "../state/player.ts";
import { World } from "../state/world.ts";
import type { Lesson, LessonStep } from "./lesson.ts";

/** No step takes so much virtual time: the cluster has gone another way than the lesson. */
const LOST_AFTER_MS = 20_000;

/** Leads through one lesson. */
export class LessonRunner {
  readonly lesson: Lesson;
  readonly position: Signal<number> = signal(0);
  /** What the step waits for is there: the reader may go on. */
  readonly isDone: Signal<boolean> = signal(false);
  readonly step: ReadonlySignal<LessonStep | undefined>;
  /** What the step waits for does not come about any more, after something that the reader did: `again` helps. */
  readonly isLost: ReadonlySignal<boolean>;
  /** What the step's text calls by name. */
  readonly names: Signal<Readonly<Record<string, string | number>>> = signal({});
  readonly #app: AppState;
  readonly #world: World;
  /** After which event each step of the lesson began, so that the way back is a replay. */
  #begins: readonly number[] = [];
  /** Since when the step waits for nothing but time; Infinity while it is the reader's turn. */
  readonly #waitsSinceMs: Signal<number> = signal(Infinity);
  /** Rises with every step that is entered, so that one that was left does not go on. */
  #turn = 0;

  private constructor(app: AppState, lesson: Lesson, world: World) {
    this.#app = app;
    this.lesson = lesson;
    this.#world = world;
    this.step = computed(() => lesson.steps[this.position.value]);
    this.isLost = computed(() => !this.isDone.value && app.nowMs.value > this.#waitsSinceMs.value + LOST_AFTER_MS);
  }

  /** Opens the lesson's cluster in place of what is there, at its first step. */
  static async begin(app: AppState, lesson: Lesson): Promise<LessonRunner> {
    app.player.pause();
    const world = await World.open(lesson.start);
    app.replace(world);
    const runner = new LessonRunner(app, lesson, world);
    runner.#enter(0);
    return runner;
  }

  get isLast(): boolean {
    return this.position.value === this.lesson.steps.length - 1;
  }

  next(): void {
    if (this.isDone.peek() && this.position.peek() < this.lesson.steps.length - 1)
      this.#enter(this.position.peek() + 1);
  }

  /** Back to where the step before began; what came after is forgotten. */
  back(): Promise<void> {
    return this.#returnTo(Math.max(0, this.position.peek() - 1));
  }

  /** Back to where this step began. */
  again(): Promise<void> {
    return this.#returnTo(this.position.peek());
  }

  async #returnTo(position: number): Promise<void> {
    const begin = this.#begins[position];
    if (begin === undefined) return;
    this.#turn += 1;
    this.#app.player.pause();
    await this.#world.goTo(begin);
    await this.#world.fork();
    this.#enter(position);
  }

  /** Does what the reader is asked to do. */
  async doIt(): Promise<void> {
    const ask = this.step.peek()?.ask;
    if (ask === undefined) return;
    const { action } = ask;
    await this.#app.act(typeof action === "function" ? action(this.#app.view.peek()) : action);
    this.#waitsSinceMs.value = this.#world.nowMs.peek();
    // What the step waits for may have come about at once: then the next step begins with what the reader sees now.
    if (!this.isDone.peek()) this.#app.player.play();
  }

  end(): void {
    this.#turn += 1;
    this.#app.highlights.value = new Set();
  }

  #enter(position: number): void {
    const step = this.lesson.steps[position];
    if (step === undefined) return;
    const turn = (this.#turn += 1);
    this.#begins = [...this.#begins.slice(0, position), this.#world.step.peek()];
    const waits = step.until !== undefined || step.moves !== undefined;
    const view = this.#app.view.peek();
    const { highlights = [] } = step;
    batch(() => {
      this.position.value = position;
      this.isDone.value = !waits;
      this.#waitsSinceMs.value = step.ask === undefined ? view.nowMs : Infinity;
      this.names.value = step.names?.(view) ?? {};
      this.#app.highlights.value = new Set(typeof highlights === "function" ? highlights(view) : highlights);
      if (step.speed !== undefined) this.#app.player.speed.value = speeds.indexOf(step.speed);
      if (step.panel !== undefined) this.#app.panel.value = step.panel;
    });
    if (waits && step.isHeld !== true) this.#app.player.play();
    else this.#app.player.pause();
    if (waits) void this.#play(step, turn);
  }

  async #play({ moves = [], until }: LessonStep, turn: number): Promise<void> {
    const isOver = (): boolean => this.#turn !== turn || this.#app.world.peek() !== this.#world;
    await makeMoves(this.#world, moves, isOver);
    if (until !== undefined && !isOver()) await this.#world.when(until);
    if (isOver()) return;
    this.isDone.value = true;
    this.#app.player.pause();
  }
}
