import { type NodeId, RaftError } from "@quorate/raft-core";
import type { NodeFailure, RaftNodeStatus } from "@quorate/raft-node";
import { Disk, type DiskOperation } from "../disk/disk.ts";
import type { NodeRecord } from "../invariants/node-record.ts";
import { violate } from "../invariants/observer.ts";
import { type CrashOrder, CrashOrders, type Death, type TearOrder } from "./crash-orders.ts";
import { Incarnation } from "./incarnation.ts";
import { LifeStory } from "./life-story.ts";
import { NodeObserver } from "./node-observer.ts";
import { LOG_DIRECTORY, type Node, type Opened, openNode } from "./open-node.ts";
import { OwnWords } from "./own-words.ts";
import { watchNode } from "./watch-node.ts";
import type { World } from "./world.ts";

/** `refused`: what its disk holds is damaged; it will not run again. */
export type ProcessState = "down" | "opening" | "up" | "failed" | "refused";

/** Until a node that has stopped for good is started anew. */
const REPAIR_MS = 500;

/** A machine that runs one node, life after life. */
export class SimulatedProcess {
  readonly id: NodeId;
  readonly number: number;
  readonly disk: Disk;
  readonly record: NodeRecord;
  readonly #world: World;
  readonly #story: LifeStory;
  readonly #words: OwnWords;
  /** Whoever waits for an answer hears that the connection is gone. */
  readonly #connections = new Set<() => void>();
  #state: ProcessState = "down";
  #incarnation: Incarnation;
  #opened: Opened | undefined;
  readonly #orders = new CrashOrders();
  /** What its disk had refused when this life began. */
  #errorsBefore = 0;
  /** Its durable data was damaged. */
  #hasRotted = false;
  #isHeld = false;
  #isClosing = false;

  constructor(world: World, record: NodeRecord) {
    this.id = record.id;
    this.number = record.number;
    this.record = record;
    this.#world = world;
    this.#story = new LifeStory(world.knowledge.marks);
    this.#words = new OwnWords(world.trace);
    this.disk = new Disk(world.streams("disk", record.id, "faults"));
    this.#incarnation = new Incarnation(world.scheduler, this.number, 0);
    this.#incarnation.kill();
  }

  get state(): ProcessState {
    return this.#state;
  }

  /** While it is up. */
  get node(): Node | undefined {
    return this.#opened?.node;
  }

  get incarnation(): Incarnation {
    return this.#incarnation;
  }

  /** What its disk held was damaged. */
  get hasRotted(): boolean {
    return this.#hasRotted;
  }

  /** How many calls of this life have not been answered. */
  get callsUnderWay(): number {
    return this.#connections.size;
  }

  /** A hash of what its state machine holds. */
  digest(): string {
    return this.#opened?.machine.digest() ?? "";
  }

  start(): void {
    if (this.#state === "failed") this.#end(false);
    if (this.#state !== "down" || this.#isHeld) return;
    const { checks, scheduler, trace } = this.#world;
    const { disk, id, number, record } = this;
    const incarnation = new Incarnation(scheduler, number, this.#incarnation.number + 1);
    this.#incarnation = incarnation;
    this.#state = "opening";
    this.#errorsBefore = disk.errors;
    trace.note("started", { node: id, life: incarnation.number });
    const isOnDisk = (bytes: Uint8Array): boolean => disk.holds(LOG_DIRECTORY, bytes);
    const hasRotted = (): boolean => this.#hasRotted;
    const called = (): void => this.#called();
    const appends = (entries: number): void => this.#orders.appends(entries);
    const observer = new NodeObserver({ record, incarnation, checks, trace, isOnDisk, hasRotted, called, appends });
    const observeDisk = (type: DiskOperation, doing: string, error: unknown): void => this.#diskDid(type, doing, error);
    const hasBegun = record.wipes > 0 || record.durable.lastIndex > 0;
    openNode({ world: this.#world, id, number, disk, incarnation, observer, observeDisk, hasBegun }).then(
      (opened) => incarnation.alive && this.#isOpen(opened),
      (error: unknown) => incarnation.alive && this.#openFailed(error),
    );
  }

  /** The process dies at once; with `power`, so does what was not synced. */
  crash(power: boolean): void {
    if (this.#state === "refused") return;
    if (this.#incarnation.alive) this.#story.crashed(this.record, this.#state === "opening");
    this.#end(power);
  }

  /** Crashes, and comes back. */
  restart(power: boolean, downMs: number): void {
    this.crash(power);
    this.#startIn(downMs);
  }

  /** Loses its disk, and comes back with an empty one, to be added to the cluster again. */
  wipe(downMs: number): void {
    this.crash(true);
    this.disk.replace();
    this.record.wipe();
    this.#world.trace.note("wiped", { node: this.id });
    this.restart(true, downMs);
  }

  /** Is closed in good order, and comes back. */
  close(downMs: number): void {
    const incarnation = this.#incarnation;
    const errorsBefore = this.disk.errors;
    this.#isClosing = true;
    const closed = (): void => {
      if (!incarnation.alive) return;
      this.#end(false);
      this.#startIn(downMs);
    };
    const notClosed = (error: unknown): void => {
      if (incarnation.alive && this.disk.errors === errorsBefore && this.#state === "up") {
        violate(this.#world.knowledge, "I17", this.id, `it cannot be closed: ${String(error)}`);
      }
      closed();
    };
    this.#opened?.node.close().then(closed, notClosed);
  }

  crashAt(order: CrashOrder): void {
    this.#orders.crashAt(order);
  }

  tear(order: TearOrder): void {
    this.#orders.tear(order);
  }

  pause(forMs: number): void {
    if (this.#incarnation.alive) this.#incarnation.pause(forMs);
  }

  /** A bit of what it wrote is not what it was. */
  rot(): void {
    if (this.disk.rot(() => true)) this.#hasRotted = true;
  }

  /** It is not started any more: if it is down, or goes down, it stays so, until it is calmed. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Nothing is held back any more, and no crash is due. */
  calm(): void {
    this.#isHeld = false;
    this.#orders.clear();
    this.disk.heal();
    if (this.#incarnation.alive && this.#incarnation.paused) this.#incarnation.resume();
  }

  /** Calls `broken` if the process dies before the returned function is called. */
  connect(broken: () => void): () => void {
    this.#connections.add(broken);
    return () => this.#connections.delete(broken);
  }

  /** Looks at what an event has changed. */
  inspect(): void {
    const status = this.#opened?.node.status();
    if (status === undefined) return;
    const { nowMs } = this.#world.scheduler;
    const { configurations, progress } = this.#world.checks;
    if (this.#incarnation.paused || this.#isClosing) this.record.disk.excuse(nowMs);
    progress.look(this.record, status, nowMs);
    this.#settleCommit(status);
    configurations.look(this.record, status);
    // One that has failed has said its last word.
    if (status.failed === undefined) this.#words.look(status);
  }

  /** What a node knows as committed is looked at once its storage has been asked for it. */
  #settleCommit({ role, term }: RaftNodeStatus): void {
    const { record } = this;
    if (record.commitToCheck <= record.checkedCommit || record.commitToCheck > record.issued.lastIndex) return;
    this.#world.checks.logs.commits(record, record.commitToCheck, { role, term });
  }

  /** Unless it has been started meanwhile. */
  #startIn(delayMs: number): void {
    const life = this.#incarnation.number;
    this.#world.scheduler.after(delayMs, "fault", this.number, () => {
      if (this.#incarnation.number === life) this.start();
    });
  }

  #end(power: boolean): void {
    const { configuration, knowledge, trace } = this.#world;
    const wasRunning = this.#incarnation.alive;
    this.#incarnation.kill();
    this.#opened = undefined;
    this.#isClosing = false;
    this.#orders.endLife();
    this.#state = "down";
    if (power) {
      if (this.disk.hasUnsyncedRename) knowledge.marks.reach("power lost with an unsynced rename");
      this.disk.crash(configuration.crashModel);
    } else {
      this.disk.abandoned();
    }
    if (!wasRunning) return;
    knowledge.statistics.counts.crashes += 1;
    trace.note("crashed", { node: this.id, power });
    for (const broken of this.#connections) broken();
    this.#connections.clear();
  }

  #called(): void {
    if (this.#incarnation.alive) this.#die(this.#orders.called());
  }

  #die(death: Death | undefined): void {
    if (death !== undefined) this.restart(death.power, death.downMs);
  }

  #diskDid(type: DiskOperation, doing: string, error: unknown): void {
    const { knowledge, trace } = this.#world;
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    knowledge.statistics.counts.diskOperations += 1;
    trace.note("disk", { node: this.id, doing, error: code });
    if (code === "EIO" || code === "ENOSPC") {
      knowledge.statistics.counts.diskErrors += 1;
      this.#story.diskRefused(type, code);
    }
    if (this.#incarnation.alive) this.#die(this.#orders.diskDid(type));
  }

  #isOpen(opened: Opened): void {
    const { checks, trace } = this.#world;
    const status = opened.node.status();
    const { term, appliedIndex, snapshotIndex } = status;
    const incarnation = this.#incarnation;
    this.#opened = opened;
    this.#state = "up";
    const { base, entries } = this.record.durable;
    trace.note("opened", { node: this.id, term, appliedIndex, snapshotIndex, base, entries });
    this.#words.begin();
    checks.configurations.opened(this.record, status);
    if (snapshotIndex > 0) checks.machines.restored(this.record, snapshotIndex, opened.machine.digest());
    this.#story.opened(incarnation.number, snapshotIndex);
    watchNode(opened, {
      world: this.#world,
      record: this.record,
      incarnation,
      role: (role) => this.#story.role(role),
      failed: (failure) => this.#failed(failure),
    });
    this.inspect();
  }

  #openFailed(error: unknown): void {
    const code = error instanceof RaftError ? error.code : error instanceof Error ? error.name : "unknown";
    const reason = error instanceof Error ? error.message : String(error);
    const { knowledge, trace } = this.#world;
    trace.note("open-failed", { node: this.id, code, reason });
    this.#end(false);
    if (code === "CORRUPT" && this.#hasRotted) {
      knowledge.marks.reach("damage refused");
      this.#state = "refused";
      this.record.isLost = true;
    } else if (code === "STORAGE_FAILED" && this.disk.errors > this.#errorsBefore) {
      this.#startIn(REPAIR_MS);
    } else {
      const invariant = code === "CORRUPT" ? "I18" : "I17";
      violate(knowledge, invariant, this.id, `it does not open although nothing is wrong with its disk: ${reason}`);
    }
  }

  #failed({ code, message }: NodeFailure): void {
    const { knowledge, trace } = this.#world;
    trace.note("failed", { node: this.id, code, reason: message });
    this.#state = "failed";
    this.#story.failed();
    const isExpected = code === "STORAGE_FAILED" && this.disk.errors > this.#errorsBefore;
    const isRot = code === "CORRUPT" && this.#hasRotted;
    if (isRot) knowledge.marks.reach("damage refused");
    if (!isExpected && !isRot) {
      violate(knowledge, "I17", this.id, `it stops although nothing is wrong with its disk: ${code}, ${message}`);
    }
    this.#repair();
  }

  /** Whoever operates it closes it, if that can be done, and starts it anew. */
  #repair(): void {
    const incarnation = this.#incarnation;
    const { scheduler } = this.#world;
    scheduler.after(REPAIR_MS / 2, "fault", this.number, () => {
      if (incarnation.alive) this.close(REPAIR_MS / 2);
    });
    scheduler.after(REPAIR_MS, "fault", this.number, () => {
      if (!incarnation.alive) return;
      this.#end(false);
      this.start();
    });
  }
}
