import type { Condition, FollowerView, LogView, MembershipView, NodeView } from "@quorate/drawing";
import type { Membership } from "@quorate/raft-core";
import type { RaftNodeStatus } from "@quorate/raft-node";
import type { Machine } from "../node/machine.ts";
import { logViewOf } from "./log-view.ts";
import { keepFields } from "./same.ts";
import { standingIn } from "./standing.ts";

const NOBODY: MembershipView = { voters: [], outgoing: [], learners: [] };

function conditionOf({ state, isPaused }: Machine): Condition {
  if (state === "failed") return "failed";
  if (state !== "up") return "down";
  return isPaused ? "paused" : "up";
}

function membershipViewOf(membership: Membership | undefined): MembershipView {
  if (membership === undefined) return NOBODY;
  const { founding, voters, outgoing, learners } = membership;
  return { voters, outgoing, learners, ...(founding === true ? { isFounding: true } : {}) };
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.every((each, at) => each === other[at]);
}

/** Makes the views of one machine. */
export class NodeViewer {
  readonly #machine: Machine;
  #view: NodeView | undefined;
  #log: LogView | undefined;
  /** What the view and the log were made of. */
  #source: readonly unknown[] = [];
  #logSource: readonly unknown[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** As it is now; the same object as before where nothing has changed. */
  view(): NodeView {
    const { clock, life } = this.#machine;
    const source = [life, life.touched, clock.changes];
    if (this.#view === undefined || !isSame(source, this.#source)) this.#view = this.#look();
    this.#source = source;
    return this.#view;
  }

  #look(): NodeView {
    const machine = this.#machine;
    const { clock, id, record } = machine;
    const status = machine.status();
    const { hardState, log } = record.issued;
    const membership = membershipViewOf(machine.membership);
    const timer = status?.election.timer;
    // Rounded, so that what does not move is the same from view to view.
    const virtualMs = (atMs: number): number => Math.round(clock.virtualMs(atMs) * 1000) / 1000;
    return keepFields(this.#view, {
      id,
      condition: conditionOf(machine),
      role: status?.role,
      standing: standingIn(membership, id),
      term: status?.term ?? hardState.term,
      votedFor: status === undefined ? hardState.votedFor : status.election.votedFor,
      leader: status?.leader?.id,
      election: timer && { startMs: virtualMs(timer.startMs), deadlineMs: virtualMs(timer.deadlineMs) },
      votes: status?.election.votes ?? {},
      log: this.#logView(),
      commitIndex: status?.commitIndex ?? log.base.index,
      appliedIndex: status?.appliedIndex ?? log.base.index,
      durableIndex: record.durable.log.lastIndex,
      membership,
      followers: followersOf(status, virtualMs),
      transferTo: status?.transferTo,
      failure: machine.failure,
      isForgotten: status?.isForgotten ?? false,
      clockRate: clock.rate,
    });
  }

  #logView(): LogView {
    const { issued, snapshot } = this.#machine.record;
    const source = [issued, issued.log.version, snapshot];
    if (this.#log === undefined || !isSame(source, this.#logSource)) this.#log = logViewOf(this.#machine.record);
    this.#logSource = source;
    return this.#log;
  }
}

function followersOf(status: RaftNodeStatus | undefined, virtualMs: (atMs: number) => number): readonly FollowerView[] {
  return (status?.followers ?? []).map(({ lastContactMs, ...follower }) => ({
    ...follower,
    lastContactMs: virtualMs(lastContactMs),
  }));
}
