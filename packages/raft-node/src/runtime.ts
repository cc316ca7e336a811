import {
  AssertionError,
  type Effect,
  type Entry,
  type Input,
  type Membership,
  type MembershipChange,
  type Message,
  type NodeId,
  RECORD_HEADER_BYTES,
  RaftError,
  type RefusalCode,
  type Save,
  type Snapshot,
  LimitedLog,
  raftDefaults,
  type Member,
} from "@quorate/raft-core";
import { Applier } from "./applier.ts";
import { closeAll } from "./close-all.ts";
import { type Core, leaderlessness, memberOf } from "./core.ts";
import { Driver } from "./driver.ts";
import { EffectOrder } from "./effect-order.ts";
import { Events, type NodeFailure } from "./events.ts";
import { LeaderWaits } from "./leader-waits.ts";
import type { NodeSettings } from "./options.ts";
import { Proposals, refusal } from "./proposals.ts";
import { type ReadConsistency, Reads } from "./reads.ts";
import { Requests, outcomeOf } from "./requests.ts";
import type { ProposeOptions } from "./raft-node.ts";
import { SnapshotTransfer } from "./snapshot-transfer.ts";
import { RoleTeller } from "./role-teller.ts";
import { Snapshotter } from "./snapshotter.ts";
import type { RaftNodeStatus } from "./status.ts";

/** What stops a node that has met something which must not happen. */
function failureOf(error: unknown): RaftError {
  if (error instanceof RaftError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const what = error instanceof AssertionError ? "a bug in Quorate" : "an unexpected error";
  return new RaftError("INTERNAL", `${what} has stopped this node: ${reason}`, { cause: error });
}

/**
 * One core at work on its ports: what happens goes in through the driver, what is to be done comes out in its order and
 * goes to whoever does it. Stops once, by `close` or by the first failure, and then settles all that waits.
 */
export class Runtime<Result, Query, Answer> {
  readonly events: Events;
  readonly #core: Core;
  readonly #settings: NodeSettings<Result, Query, Answer>;
  readonly #driver: Driver;
  readonly #order: EffectOrder;
  readonly #proposals: Proposals<Result> = new Proposals<Result>();
  readonly #reads: Reads<Query, Answer>;
  readonly #requests: Requests = new Requests();
  readonly #applier: Applier<Result, Query, Answer>;
  readonly #snapshotter: Snapshotter;
  readonly #transfer: SnapshotTransfer;
  readonly #roleTeller: RoleTeller;
  readonly #leaderWaits: LeaderWaits = new LeaderWaits();
  readonly #limitedLog: LimitedLog;
  /** Why nothing is done any more, and when what was under way has ended. */
  #stopped: { readonly error: RaftError; readonly ended: Promise<unknown> } | undefined;
  #failed: NodeFailure | undefined;
  #toldPeers: readonly Member[] | undefined;
  #closing: Promise<void> | undefined;

  constructor(core: Core, settings: NodeSettings<Result, Query, Answer>) {
    const { clock, inboxBytesMax, logger, snapshots, stateMachine, storage, transport } = settings;
    const fail = (error: unknown): void => this.#fail(error);
    const put = (input: Input): void => this.#driver.put(input);
    const latestIndex = core.snapshot?.index ?? 0;
    this.#core = core;
    this.#settings = settings;
    this.events = new Events(logger);
    this.#roleTeller = new RoleTeller(core, this.events, logger);
    this.#limitedLog = new LimitedLog(logger, clock);
    this.#driver = new Driver({
      core,
      clock,
      inboxBytesMax,
      gather: (inputs) => {
        this.#proposals.gather(inputs);
        this.#requests.gather(inputs);
        this.#reads.gather(inputs);
      },
      perform: (effects) => this.#order.perform(effects),
      fail,
    });
    this.#order = new EffectOrder({
      save: ({ hardState, entries }) => storage.append({ hardState, entries }),
      saved: (seq) => put({ type: "saved", seq }),
      start: (effect) => this.#perform(effect),
      fail,
    });
    this.#applier = new Applier({
      stateMachine,
      snapshots,
      appliedIndex: latestIndex,
      settle: (entry, result) => this.#proposals.applied(entry.index, entry.term, result),
      applied: (entries) => this.#applied(entries),
      restored: (snapshot) => this.#restored(snapshot),
      fail,
    });
    this.#reads = new Reads(stateMachine, { progress: this.#applier, clock, countMax: settings.readsMax });
    this.#snapshotter = new Snapshotter({
      stateMachine,
      snapshots,
      policy: settings.snapshotPolicy,
      clock,
      logger,
      latest: core.snapshot,
      membershipAt: (index) => core.membershipAt(index),
      taken: (snapshot) => {
        put({ type: "snapshot-taken", snapshot });
        this.events.emit("snapshot", { snapshot, origin: "taken" });
      },
    });
    this.#transfer = new SnapshotTransfer({
      snapshots,
      clock,
      pace: {
        bytesMax: settings.snapshotChunkBytes,
        delayMsMax: (settings.core.heartbeatIntervalMs ?? raftDefaults.heartbeatIntervalMs) / 2,
      },
      logger,
      send: (to, message) => transport.send(to, message),
      put,
      stored: (snapshot) => this.#snapshotter.stored(snapshot),
      unreadable: (index) => this.#snapshotter.unreadable(index),
    });
  }

  /** From here on peers are heard and time passes. */
  start(): void {
    this.#settings.transport.start({
      receive: (from, message) => this.#receive(from, message),
      unreachable: (peer) => this.#driver.unreachable(peer),
    });
    this.#tellPeers();
    this.#driver.start();
  }

  #tellPeers(): void {
    const { peers } = this.#core;
    const isSame = (one: Member, i: number): boolean => one.id === peers[i]?.id && one.address === peers[i]?.address;
    if (peers.length === this.#toldPeers?.length && this.#toldPeers.every(isSame)) return;
    this.#toldPeers = peers;
    this.#settings.transport.setMembers(peers);
  }

  /** Throws what can be said at once. `command` is copied. */
  propose(command: Uint8Array, { signal, ifTerm }: ProposeOptions): Promise<Result> {
    if (this.#stopped !== undefined) throw this.#stopped.error;
    const isFull = this.#proposals.count >= this.#settings.proposalsMax;
    if (isFull || !this.#driver.admit(RECORD_HEADER_BYTES + command.length)) throw this.#refusal("OVERLOADED");
    const outcome = this.#proposals.queue(new Uint8Array(command), signal, ifTerm);
    this.#driver.wake();
    return outcome;
  }

  /** Throws what can be said at once. */
  read(query: Query, consistency: ReadConsistency, signal: AbortSignal | undefined): Promise<Answer> {
    if (this.#stopped !== undefined) throw this.#stopped.error;
    if (this.#reads.isFull) throw this.#refusal("OVERLOADED");
    const answer = this.#reads.read(query, consistency, signal);
    this.#driver.wake();
    return answer;
  }

  /** Throws what can be said at once. */
  changeMembers(change: MembershipChange, signal: AbortSignal | undefined): Promise<Membership> {
    if (this.#stopped !== undefined) throw this.#stopped.error;
    const outcome = this.#requests.changeMembers(change, signal);
    this.#driver.wake();
    return outcome;
  }

  /** Throws what can be said at once. */
  async transferLeadership(to: NodeId | undefined, signal: AbortSignal | undefined): Promise<Member> {
    if (this.#stopped !== undefined) throw this.#stopped.error;
    const outcome = this.#requests.transfer(to, signal);
    this.#driver.wake();
    return this.#core.memberOf(await outcome);
  }

  /** Throws what can be said at once. */
  leader(signal: AbortSignal | undefined): Promise<Member> {
    if (this.#stopped !== undefined) throw this.#stopped.error;
    const known = memberOf(this.#core, this.#core.leader);
    return known === undefined ? this.#leaderWaits.wait(signal) : Promise.resolve(known);
  }

  status(): RaftNodeStatus {
    const core = this.#core;
    const { id, incarnation, isForgotten, term, commitIndex, firstIndex, lastIndex, membership } = core;
    const hasFailed = this.#failed !== undefined;
    const role = hasFailed ? "follower" : core.role;
    const leader = hasFailed ? undefined : memberOf(core, core.leader);
    const appliedIndex = this.#applier.appliedIndex;
    const snapshotIndex = core.snapshot?.index ?? 0;
    const indexes = { commitIndex, appliedIndex, firstIndex, lastIndex, snapshotIndex };
    const identity = { id, incarnation, isForgotten };
    const transferTo = hasFailed ? undefined : core.transferTo;
    const watched = { followers: hasFailed ? [] : core.followers(), election: core.election(), transferTo };
    return { ...identity, role, term, leader, ...indexes, membership, ...watched, failed: this.#failed };
  }

  /** Hands over the lead, if there is one and somebody to take it. Never rejects. */
  async drain(): Promise<void> {
    const hasPeers = this.#core.peers.length > 1;
    if (this.#stopped !== undefined || this.#core.role !== "leader" || !hasPeers) return;
    try {
      await this.transferLeadership(undefined, undefined);
    } catch (error) {
      this.#settings.logger.info("closes without having handed over the lead", { error });
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { storage, transport, snapshots } = this.#settings;
    const { ended } = this.#stop(new RaftError("CLOSED", `node ${this.#core.id} is closed`));
    const closeStores = async (): Promise<void> => {
      await ended;
      await closeAll([storage, snapshots]);
    };
    await closeAll([transport, { close: closeStores }]);
  }

  #receive(from: NodeId, message: Message): void {
    if (this.#driver.receive(from, message)) return;
    const fields = { from, type: message.type };
    this.#limitedLog.log("warn", "the inbox is full: dropped a message", fields, `inbox ${from}`);
  }

  #perform(effect: Exclude<Effect, Save>): void {
    const { storage, transport } = this.#settings;
    switch (effect.type) {
      case "send":
        return transport.send(effect.to, effect.message);
      case "apply":
        return this.#applier.apply(effect.entries);
      case "load":
        return this.#load(effect);
      case "accepted":
        return this.#proposals.accepted(effect);
      case "refused":
        return this.#proposals.refused(effect.id, effect.first, this.#refusal(effect.code));
      case "read-ready":
        return this.#reads.ready(effect.id, effect.index);
      case "read-failed":
        return this.#reads.failed(effect.id, this.#refusal(effect.code));
      case "members-changed":
        return this.#requests.changed(effect.id, effect.membership);
      case "transferred":
        return this.#requests.transferred(effect.id, effect.to);
      case "members-refused":
      case "transfer-failed":
        return this.#requests.failed(effect.id, outcomeOf(effect, memberOf(this.#core, this.#core.leader)));
      case "disowned":
        return this.#disowned(effect.by);
      case "role":
        this.#proposals.roleChanged(effect.role, effect.term, memberOf(this.#core, effect.leader));
        this.#roleTeller.tell(effect);
        this.#tellPeers();
        return this.#leaderWaits.changed(memberOf(this.#core, effect.leader));
      case "commit":
        return this.events.emit("commit", { index: effect.index });
      case "peers":
        return this.#tellPeers();
      case "membership":
        return this.#membershipChanged();
      case "compact":
        return this.#watch(storage.compact({ index: effect.index, term: effect.term }));
      case "send-chunk":
        return this.#transfer.send(effect);
      case "receive-chunk":
        return this.#transfer.receive(effect);
      case "install-snapshot":
        return this.#install(effect.snapshot);
      case "suspect":
        return this.#suspect(effect.peer, effect.reason);
    }
  }

  #disowned(by: NodeId): void {
    const remedy = "remove it from the cluster and add it again, under the same id or another";
    const what = `this node has lost what it had stored, so it has no vote and is not counted: ${remedy}`;
    this.#settings.logger.error(what, { id: this.#core.id, by });
    this.events.emit("forgotten", { by });
  }

  #suspect(peer: NodeId, reason: string): void {
    this.#limitedLog.log("warn", "ignored what no correct peer sends", { peer, reason }, `suspect ${peer}`);
  }

  #load({ id, fromIndex, toIndex, maxBytes }: Extract<Effect, { type: "load" }>): void {
    const loaded = this.#settings.storage
      .read(fromIndex, toIndex, maxBytes)
      .then((entries) => this.#driver.put({ type: "loaded", id, entries }));
    this.#watch(loaded);
  }

  #install(snapshot: Snapshot): void {
    this.#proposals.overtaken();
    const logReset = this.#settings.storage.reset({ index: snapshot.index, term: snapshot.term });
    this.#watch(logReset);
    this.#applier.install(snapshot, logReset);
  }

  #applied(entries: readonly Entry[]): void {
    this.#driver.put({ type: "applied", index: this.#applier.appliedIndex });
    this.#reads.advance();
    this.#snapshotter.applied(entries);
  }

  #restored(snapshot: Snapshot): void {
    this.#driver.put({ type: "snapshot-installed", snapshot });
    this.#snapshotter.restored();
    this.#reads.advance();
    this.events.emit("snapshot", { snapshot, origin: "installed" });
  }

  #membershipChanged(): void {
    const { membership } = this.#core;
    this.#tellPeers();
    this.events.emit("membership", { membership });
  }

  #refusal(code: RefusalCode): RaftError {
    return refusal(code, memberOf(this.#core, this.#core.leader), leaderlessness(this.#core));
  }

  /** The node cannot live without this. */
  #watch(work: Promise<void>): void {
    work.catch((error: unknown) => this.#fail(error));
  }

  /** After `close` there is nothing left to fail: what is under way then is cut short. */
  #fail(error: unknown): void {
    if (this.#stopped !== undefined) return;
    const failure = failureOf(error);
    const { code, message } = failure;
    this.#failed = { code, message };
    this.#stop(failure);
    const { logger, transport } = this.#settings;
    logger.error("the node has stopped for good", { code, error: failure });
    // So that its peers notice at once and elect another.
    transport.close().catch((cause: unknown) => logger.error("could not close the transport", { error: cause }));
    // Whoever does something for as long as this node leads is to hear that it does not any more.
    this.#roleTeller.tell({ type: "role", role: "follower", term: this.#core.term, leader: undefined });
    this.events.emit("failed", this.#failed);
  }

  #stop(error: RaftError): { readonly ended: Promise<unknown> } {
    if (this.#stopped !== undefined) return this.#stopped;
    this.#driver.stop();
    this.#order.stop();
    this.#transfer.stop();
    this.#stopped = { error, ended: Promise.all([this.#applier.stop(), this.#snapshotter.stop()]) };
    this.#proposals.stop(error);
    this.#requests.stop(error);
    this.#reads.stop(error);
    this.#leaderWaits.stop(error);
    return this.#stopped;
  }
}
