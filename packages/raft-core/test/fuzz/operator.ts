import { type Entry, type Membership, type MembershipChange, type NodeId, membersOf } from "../../src/index.ts";
import type { SimulatedNode } from "./node.ts";
import type { Dice } from "./random.ts";

/** Changes the members of a cluster, hands over its lead, and loses disks, as far as a cluster must bear it. */
export class Operator {
  readonly #nodes: readonly SimulatedNode[];
  readonly #dice: Dice;
  readonly #genesis: Entry;
  #nextId = 1;
  wiped = 0;

  constructor(nodes: readonly SimulatedNode[], dice: Dice, genesis: Entry) {
    this.#nodes = nodes;
    this.#dice = dice;
    this.#genesis = genesis;
  }

  act(): void {
    const node = this.#dice.chance(0.8) ? this.#leader : this.#dice.pick(this.#nodes);
    if (node?.raft === undefined) return;
    const draw = this.#dice.next();
    const lost = this.#lostOf(node);
    // With one lost for good, a change that leaves others out could leave no majority.
    if (lost !== undefined) this.#change(node, { remove: [lost.id] });
    else if (draw < 0.65) this.#change(node, this.#anyChange(node));
    else if (draw < 0.85) {
      const to = this.#dice.chance(0.3) ? undefined : this.#dice.pick(this.#nodes).id;
      node.ask({ type: "transfer", id: this.#newId(), to });
    } else this.#wipe(this.#dice.pick(this.#nodes));
  }

  /** Removes members that are not who they were. Gives the members, or none as long as something is under way. */
  settle(): readonly SimulatedNode[] {
    const leader = this.#leader;
    if (leader?.raft === undefined) return [];
    const { membership } = leader.raft;
    const lost = this.#lostOf(leader);
    if (lost !== undefined) {
      if (leader.openRequests === 0) this.#change(leader, { remove: [lost.id] });
      return [];
    }
    if (membership.outgoing.length > 0 || membership.target !== undefined) return [];
    const ids = membersOf(membership).map(({ id }) => id);
    return this.#nodes.filter(({ id }) => ids.includes(id));
  }

  /** A member that is not the one that the node knows. */
  #lostOf({ raft }: SimulatedNode): SimulatedNode | undefined {
    return this.#nodes.find(({ id, disk }) => {
      const meant = raft?.membership.incarnations?.[id];
      return meant !== undefined && meant !== disk.hardState.incarnation;
    });
  }

  get #leader(): SimulatedNode | undefined {
    const leaders = this.#nodes.filter(({ raft }) => raft?.role === "leader");
    return leaders.toSorted((a, b) => (b.raft?.term ?? 0) - (a.raft?.term ?? 0))[0];
  }

  #newId(): number {
    this.#nextId += 1;
    return this.#nextId;
  }

  #change(node: SimulatedNode, change: MembershipChange): void {
    node.ask({ type: "change-members", id: this.#newId(), change });
  }

  /** Any combination, often one that makes no sense; never one that leaves fewer than two voters on purpose. */
  #anyChange({ raft }: SimulatedNode): MembershipChange {
    const dice = this.#dice;
    const { voters = [], learners = [] } = raft?.membership ?? {};
    const ids = this.#nodes.map(({ id }) => id);
    const some = (from: readonly NodeId[], chance: number): NodeId[] => from.filter(() => dice.chance(chance));
    const strangers = ids.filter((id) => !voters.includes(id) && !learners.includes(id));
    const leaving = some(voters, 0.3).slice(0, Math.max(0, voters.length - 2));
    const added = some(strangers, 0.6).map((id) => ({ id, address: "", learner: dice.chance(0.3) }));
    const isDemotion = dice.chance(0.3);
    return {
      add: added,
      promote: some(learners, 0.5),
      remove: isDemotion ? [] : leaving,
      demote: isDemotion ? leaving : [],
    };
  }

  /**
   * Loses the disk of one member, whatever it alone may have held together with others: a lost node counts as a dead one.
   * Never of a second one, which could leave no majority. It may be begun again with the first members.
   */
  #wipe(node: SimulatedNode): void {
    const leader = this.#leader;
    if (leader?.raft === undefined || node.raft === undefined || leader.openRequests > 0) return;
    const { voters, learners, incarnations = {} } = leader.raft.membership;
    const isMember = voters.includes(node.id) || learners.includes(node.id);
    if (!isMember || !this.#nodes.every(({ raft }) => canLose(raft?.membership, node.id))) return;
    const concerned = this.#nodes.filter(({ id }) => id === node.id || voters.includes(id));
    const isWhole = concerned.every(({ id, disk }) => incarnations[id] === disk.hardState.incarnation);
    if (!isWhole || this.#nodes.some((each) => this.#lostOf(each) !== undefined)) return;
    this.wiped += 1;
    node.wipe(this.#dice.chance(0.5) ? this.#genesis : undefined);
  }
}

/** Whether the cluster, if that is its configuration, can go on without the node. */
function canLose(membership: Membership | undefined, id: NodeId): boolean {
  if (membership === undefined || membership.voters.length === 0 || membership.founding === true) return true;
  const { voters, outgoing, target } = membership;
  return outgoing.length === 0 && target === undefined && voters.filter((voter) => voter !== id).length >= 2;
}
