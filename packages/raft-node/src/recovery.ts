import {
  Entry,
  type HardState,
  type Incarnation,
  type Member,
  type Position,
  RaftError,
  type Random,
  type Snapshot,
  type SnapshotStore,
  type Storage,
  type StoredState,
  encodeMembership,
  foundedBy,
} from "@quorate/raft-core";

export interface RecoveryOptions {
  readonly members: readonly Member[] | undefined;
  readonly join: true | undefined;
  readonly core: { readonly random: Random };
  readonly storage: Storage;
  readonly snapshots: SnapshotStore;
}

/** A log and a snapshot that fit together. */
export interface Recovered {
  readonly state: StoredState;
  readonly snapshot: Snapshot | undefined;
}

const RESTORE_FROM_PEERS =
  "move this node's data away, remove the node from the cluster and add it anew; its peers hold the rest";

/**
 * Reads what is stored and makes log and snapshot fit: a crash may have come between storing a snapshot and resetting
 * the log to it. Where nothing is stored the cluster begins, with the same first entry on every node, or the node waits
 * to be added to one. Refuses with `CORRUPT` what no crash can have left behind.
 */
export async function recover(options: RecoveryOptions): Promise<Recovered> {
  const { storage, snapshots } = options;
  const state = await storage.load();
  const snapshot = await snapshots.latest();
  const recovered = await fit(options, state, snapshot);
  return { ...recovered, state: await identify(options, recovered.state) };
}

async function fit(options: RecoveryOptions, state: StoredState, snapshot: Snapshot | undefined): Promise<Recovered> {
  if (snapshot !== undefined) return { state: await reconcile(options.storage, state, snapshot), snapshot };
  if (state.base.index > 0) {
    throw corrupt(`the log begins behind entry ${state.base.index}, but there is no snapshot of what came before`);
  }
  if (state.lastIndex === 0) return { state: await begin(options, state), snapshot };
  if (state.memberships.length === 0) throw corrupt("the log names no member of the cluster");
  return { state, snapshot };
}

/** Gives a node that has none an incarnation: from here on it can be told from one that has lost what it had stored. */
async function identify({ storage, core }: RecoveryOptions, state: StoredState): Promise<StoredState> {
  if (state.hardState.incarnation !== undefined) return state;
  const hardState = { ...state.hardState, incarnation: drawIncarnation(core.random) };
  await storage.append({ hardState, entries: [] });
  return { ...state, hardState };
}

function drawIncarnation(random: Random): Incarnation {
  return 1 + Math.floor(random.next() * 2 ** 52);
}

async function begin({ storage, members, join, core }: RecoveryOptions, state: StoredState): Promise<StoredState> {
  if (join === true) return state;
  if (state.hardState.term > 0) {
    throw corrupt(`the node was in term ${state.hardState.term}, but its log is empty`);
  }
  if (members === undefined) {
    throw new TypeError(
      "members is missing: nothing is stored yet, so name the voters that the cluster begins with (members), or have the node wait to be added to one (join)",
    );
  }
  const hardState = { ...state.hardState, incarnation: state.hardState.incarnation ?? drawIncarnation(core.random) };
  const genesis = new Entry(1, 0, "membership", encodeMembership(foundedBy(members)));
  await storage.append({ hardState, entries: [genesis] });
  return { ...state, hardState, lastIndex: 1, termRuns: [{ index: 1, term: 0 }], memberships: [genesis] };
}

async function reconcile(storage: Storage, state: StoredState, snapshot: Snapshot): Promise<StoredState> {
  const { base, lastIndex } = state;
  // A node that has joined may have been sent a snapshot before any entry.
  if (lastIndex === 0 && state.hardState.incarnation === undefined)
    throw corrupt(`there is a snapshot of entry ${snapshot.index}, but no log at all`);
  const isBaseOther = base.index === snapshot.index && base.term !== snapshot.term;
  if (base.index > snapshot.index || isBaseOther) {
    const latest = `entry ${snapshot.index} of term ${snapshot.term}`;
    throw corrupt(
      `the log begins behind entry ${base.index} of term ${base.term}, the latest snapshot is of ${latest}`,
    );
  }
  if (snapshot.index <= lastIndex && termAt(state, snapshot.index) === snapshot.term) return state;
  const hardState = await raiseTerm(storage, state.hardState, snapshot.term);
  const position: Position = { index: snapshot.index, term: snapshot.term };
  await storage.reset(position);
  return { hardState, base: position, lastIndex: position.index, termRuns: [], memberships: [] };
}

/**
 * A snapshot may have come, in one chunk, before the term that it came in was saved. No vote of that term can have been
 * given without being saved, so the node enters it without one.
 */
async function raiseTerm(storage: Storage, hardState: HardState, term: number): Promise<HardState> {
  if (hardState.term >= term) return hardState;
  const raised = { ...hardState, term, votedFor: undefined };
  await storage.append({ hardState: raised, entries: [] });
  return raised;
}

/** The term of the entry at `index`, which is not before the base nor behind the last entry. */
function termAt({ base, termRuns }: StoredState, index: number): number {
  return termRuns.findLast((run) => run.index <= index)?.term ?? base.term;
}

function corrupt(what: string): RaftError {
  return new RaftError("CORRUPT", `${what}. A part of this node's data is lost: ${RESTORE_FROM_PEERS}.`);
}
