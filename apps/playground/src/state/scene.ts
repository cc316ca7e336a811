import type { ReadonlySignal } from "@preact/signals";
import type { Action, Call, LabOptions, Refusal, Session, Violation } from "@quorate/cluster-lab";
import type { ClusterView, TimeMark } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";

/** What the page shows: a cluster that runs, or the recording of one. */
export interface Scene {
  readonly view: ReadonlySignal<ClusterView>;
  /** The moment that is shown. */
  readonly nowMs: ReadonlySignal<number>;
  /** How far the history is known. */
  readonly presentMs: ReadonlySignal<number>;
  readonly isPast: ReadonlySignal<boolean>;
  readonly step: ReadonlySignal<number>;
  /** Where the cluster is played again up to the moment that is shown, and that takes long: how much of it is done, of 1. */
  readonly travelled: ReadonlySignal<number | undefined>;
  /** In the order of time; of the whole history that is known. */
  readonly marks: ReadonlySignal<readonly TimeMark[]>;
  readonly calls: ReadonlySignal<readonly Call[]>;
  readonly violation: ReadonlySignal<Violation | undefined>;
  /** Rises with every action. */
  readonly revision: ReadonlySignal<number>;
  /** Of the whole cluster; undefined for a recording, to which nothing can be done. */
  readonly options: LabOptions | undefined;
  /** Its history is as long as one can be: nothing happens any more. */
  readonly isFull: boolean;
  readonly ids: readonly NodeId[];
  readonly leader: NodeId | undefined;

  /** What it takes to come here again; undefined for a recording. */
  session(): Session | undefined;
  /** Lets so much virtual time pass, or less where `isEnough`, asked after every event, says so. */
  advance(ms: number, isEnough?: () => boolean): Promise<void>;
  stepForward(): Promise<void>;
  stepBack(): Promise<void>;
  /** Goes to the moment after a step. What came after it is still known. */
  goTo(step: number): Promise<void>;
  /** Shows a moment of the history at once; what reads more than the view waits for `arrive`. */
  show(atMs: number): void;
  arrive(): Promise<void>;
  /** Ends the way there; what was to be done at its end is not done. Shown is where it had come to. */
  stop(): void;
  /** Resolves with why it cannot be done. In the past it drops what came after. */
  act(action: Action): Promise<Refusal | undefined>;
}
