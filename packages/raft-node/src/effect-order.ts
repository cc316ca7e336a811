import type { Effect, Save } from "@quorate/raft-core";

/** Performs single effects. What it throws or rejects with stops the node. */
export interface EffectTarget {
  /** Begins the write at once; durable when it resolves. */
  save(effect: Save): Promise<void>;
  /** The save is durable; what stands behind it is started when this returns. */
  saved(seq: number): void;
  start(effect: Exclude<Effect, Save>): void;
  fail(error: unknown): void;
}

/** One list that `step` returned, and how far it has come. */
interface Pass {
  readonly effects: readonly Effect[];
  next: number;
  /** The save right before `next` is not durable yet. */
  saving: boolean;
}

const STORAGE = 1;
const MACHINE = 2;
const ROLE = 4;

/**
 * Effects that share a lane start in the order in which they were returned, across lists. `role` has one so that a
 * later role is never overtaken by an earlier one whose list still waits for its save.
 */
function lanesOf(type: Effect["type"]): number {
  switch (type) {
    case "save":
    case "compact":
      return STORAGE;
    case "apply":
      return MACHINE;
    case "install-snapshot":
      return STORAGE | MACHINE;
    case "role":
      return ROLE;
    default:
      return 0;
  }
}

/**
 * Keeps the order that `Effect` promises: within a list nothing starts before every `save` before it is durable; lists
 * overtake one another except in a lane.
 */
export class EffectOrder {
  readonly #target: EffectTarget;
  /** Lists of which something has not started yet, oldest first. */
  #passes: Pass[] = [];
  #stopped = false;

  constructor(target: EffectTarget) {
    this.#target = target;
  }

  perform(effects: readonly Effect[]): void {
    this.#passes.push({ effects, next: 0, saving: false });
    this.#advance();
  }

  /** Starts nothing any more, not even what stands behind a save under way. */
  stop(): void {
    this.#stopped = true;
    this.#passes = [];
  }

  #advance(): void {
    for (const pass of this.#passes) this.#run(pass);
    this.#passes = this.#passes.filter((pass) => pass.next < pass.effects.length);
  }

  #run(pass: Pass): void {
    while (!pass.saving && !this.#stopped) {
      const effect = pass.effects[pass.next];
      if (effect === undefined || this.#isOvertaking(pass, lanesOf(effect.type))) return;
      pass.next += 1;
      if (effect.type === "save") this.#save(pass, effect);
      else this.#target.start(effect);
    }
  }

  #save(pass: Pass, effect: Save): void {
    pass.saving = true;
    const durable = (): void => {
      if (this.#stopped) return;
      // First, so that it is stepped before anything that the effects behind it may bring about.
      this.#target.saved(effect.seq);
      pass.saving = false;
      this.#advance();
    };
    this.#target
      .save(effect)
      .then(durable)
      .catch((error: unknown) => this.#target.fail(error));
  }

  /** Whether an earlier list still has to start something in one of these lanes. */
  #isOvertaking(pass: Pass, lanes: number): boolean {
    if (lanes === 0) return false;
    for (const earlier of this.#passes) {
      if (earlier === pass) return false;
      for (let i = earlier.next; i < earlier.effects.length; i += 1) {
        const effect = earlier.effects[i];
        if (effect !== undefined && (lanesOf(effect.type) & lanes) !== 0) return true;
      }
    }
    return false;
  }
}
