import { type MembershipChange, type NodeId, RaftError, incarnationOf, isMember } from "@quorate/raft-core";
import type { Dice } from "@quorate/virtual-time";
import type { Change, Fault } from "../plan/fault.ts";
import type { Node } from "../process/open-node.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { World } from "../process/world.ts";
import { membershipChangeOf, receiverOf } from "./requested-change.ts";
import { mayWipe } from "./wipe.ts";

/** After these it was not done, and may be asked for again. */
const RETRIED = new Set(["NOT_LEADER", "NO_LEADER", "MEMBERSHIP_PENDING", "TRANSFERRING"]);

const ATTEMPTS = 6;
const TEND_EVERY_MS = 150;
const RESTART_MS = 5;

/** What is asked of whoever leads. */
interface Task {
  readonly what: string;
  /** Undefined where it would make no sense now. */
  begin(leader: SimulatedProcess, node: Node): Promise<unknown> | undefined;
  /** Without a code: it is done. */
  end(code: string | undefined): void;
}

/** Whoever runs the cluster: changes its members, hands over its lead, and replaces disks. */
export class Operator {
  readonly #world: World;
  readonly #processes: ReadonlyMap<NodeId, SimulatedProcess>;
  readonly #dice: Dice;
  #isOver = false;

  constructor(world: World, processes: ReadonlyMap<NodeId, SimulatedProcess>) {
    this.#world = world;
    this.#processes = processes;
    this.#dice = world.streams("operator");
  }

  /**
   * Begins nothing new, but nodes that have lost their disks are still added anew. One that has run since the beginning
   * was told of nobody but the first members: if it slept while those were replaced it hears nobody, and so it is started
   * anew, as everybody else was since.
   */
  stop(): void {
    this.#isOver = true;
    const { nodes, spares } = this.#world.configuration;
    if (spares.length === 0) return;
    for (const process of this.#processes.values()) {
      if (nodes.includes(process.id) && process.incarnation.number === 1) process.restart(false, RESTART_MS);
    }
  }

  perform(change: Change & Fault): void {
    if (this.#isOver) return;
    if (change.type === "wipe") this.#wipe(change);
    else if (change.type === "transfer" || change.type === "transfer-to") this.#ask(this.#transfer(change), ATTEMPTS);
    else this.#ask(this.#change(change), ATTEMPTS);
  }

  #change(change: Change): Task {
    const { statistics, wiped } = this.#world.knowledge;
    const { counts } = statistics;
    const machines = [...this.#processes.keys()];
    const isOver = (): boolean => this.#isOver;
    return {
      what: change.type,
      begin(leader, node) {
        if (isOver()) return undefined;
        // Whoever counts no more must go first: with one voter less the others might be no majority.
        if (wiped.size > 0) return undefined;
        const request = membershipChangeOf(change, { machines, leader: leader.id, now: node.status().membership });
        return request && node.changeMembers(request);
      },
      end(code) {
        counts[code === undefined ? "changes" : "changesRefused"] += 1;
      },
    };
  }

  #transfer(change: Change): Task {
    const { marks } = this.#world.knowledge;
    const machines = [...this.#processes.keys()];
    return {
      what: change.type,
      begin(leader, node) {
        return node.transferLeadership(
          receiverOf(change, { machines, leader: leader.id, now: node.status().membership }),
        );
      },
      end(code) {
        if (code === undefined) marks.reach("transfer done");
        else if (code === "TRANSFER_FAILED") marks.reach("transfer failed");
      },
    };
  }

  #ask(task: Task, attemptsLeft: number): void {
    this.#askOnce(task, (code) => {
      if (code === undefined || !RETRIED.has(code) || attemptsLeft <= 1 || this.#isOver) return task.end(code);
      this.#world.scheduler.after(this.#dice.between(20, 300), "client", 0, () => this.#ask(task, attemptsLeft - 1));
    });
  }

  /** `end` is called once, with the code of what went wrong, if anything did. */
  #askOnce({ what, begin }: Pick<Task, "what" | "begin">, end: (code: string | undefined) => void): void {
    const { trace } = this.#world;
    const leader = this.#leader();
    if (leader === undefined) return end("NO_LEADER");
    const { incarnation } = leader;
    let isOver = false;
    const over = (code: string | undefined): void => {
      if (isOver) return;
      isOver = true;
      disconnect();
      trace.note("change", { node: leader.id, what, outcome: code ?? "done" });
      end(code);
    };
    const disconnect = leader.connect(() => over("connection lost"));
    incarnation.post(0, "client", () => {
      const promise = leader.node && begin(leader, leader.node);
      if (promise === undefined) return over("it makes no sense now");
      trace.note("change", { node: leader.id, what, outcome: undefined });
      promise.then(
        () => incarnation.alive && over(undefined),
        (error: unknown) => incarnation.alive && over(error instanceof RaftError ? error.code : String(error)),
      );
    });
  }

  /** One of those who take themselves for it. */
  #leader(): SimulatedProcess | undefined {
    const leaders = [...this.#processes.values()].filter(({ node }) => node?.status().role === "leader");
    return leaders.length === 0 ? undefined : this.#dice.pick(leaders);
  }

  #wipe({ node, downMs }: Extract<Change, { type: "wipe" }>): void {
    const { knowledge, network, scheduler } = this.#world;
    const process = this.#processes.get(node);
    if (process === undefined || !mayWipe(knowledge, process.record)) return;
    // It is another machine: nothing that was meant for the old one reaches it.
    for (const other of this.#processes.keys()) if (other !== node) network.breakConnection(node, other);
    knowledge.wiped.add(node);
    process.wipe(downMs);
    scheduler.after(downMs + this.#dice.between(0, 1000), "client", 0, () => this.#tend(process));
  }

  /** Has a node that lost its disk removed and added anew, however long it takes. */
  #tend(process: SimulatedProcess): void {
    const { id, record } = process;
    const { committed, marks, wiped } = this.#world.knowledge;
    const membership = committed.configuration?.membership;
    const later = (): void => {
      this.#world.scheduler.after(TEND_EVERY_MS, "client", 0, () => this.#tend(process));
    };
    if (membership === undefined || process.node === undefined) return later();
    const isIn = isMember(membership, id);
    const meant = incarnationOf(membership, id);
    const isIt = isIn && (meant === undefined || meant === record.durableHardState.incarnation);
    if (isIt) {
      wiped.delete(id);
      marks.reach("wiped node a member again");
      return;
    }
    const change: MembershipChange = isIn ? { remove: [id] } : { add: [{ id, address: `${id}:7000` }] };
    const what = `${isIn ? "remove" : "add"} ${id}, which lost its disk`;
    this.#askOnce({ what, begin: (_, node) => node.changeMembers(change) }, later);
  }
}
