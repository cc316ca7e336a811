import { setTimeout as pause } from "node:timers/promises";
import type { Logger, Member } from "@quorate/raft-core";
import { RaftError, addressOf, isMember, membersOf } from "@quorate/raft-core";
import { Deadline } from "../cluster/deadline.ts";
import type { Forwarder } from "../cluster/forwarder.ts";
import type { KvNode } from "../cluster/kv-node.ts";
import { changeMembers } from "../cluster/member-change.ts";
import type { Answer } from "../http/answer.ts";
import { ClusterRefusal, reasonOf, refusalIn } from "./cluster-client.ts";

const pauseMinMs = 200;
const pauseMaxMs = 10_000;

/** They pass by themselves, while the others elect a leader or change something else. */
const passing: ReadonlySet<string> = new Set(["NOT_LEADER", "NO_LEADER", "TRANSFERRING", "MEMBERSHIP_PENDING"]);

export interface RelocationOptions {
  readonly node: KvNode;
  readonly forwarder: Pick<Forwarder, "send">;
  /** Where the others are to reach this node from now on. */
  readonly address: string;
  readonly requestTimeoutMs: number;
  readonly logger: Logger;
}

/**
 * Tells the cluster that one of its members, this node, was started at another address. Until it knows, the leader looks
 * for the node in the former place, so this one may hear of no leader: it asks the members that its log names, one after
 * the other, on the port where they take what peers carry to the leader.
 */
export class Relocation {
  readonly #options: RelocationOptions;
  readonly #stopping: AbortController = new AbortController();
  #told: string | undefined;

  private constructor(options: RelocationOptions) {
    this.#options = options;
  }

  /** Goes on in the background until the cluster knows, or `close`. Undefined where there is nothing to tell it. */
  static begin(options: RelocationOptions): Relocation | undefined {
    if (!isDue(options)) return undefined;
    const relocation = new Relocation(options);
    void relocation.#run();
    return relocation;
  }

  /** Asks nothing any more. */
  close(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let pauseMs = pauseMinMs; isDue(this.#options); pauseMs = Math.min(pauseMaxMs, pauseMs * 2)) {
      for (const member of this.#whomToAsk()) {
        if (signal.aborted || (await this.#isSaidTo(member))) return;
      }
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** This node is among them: it may lead. */
  #whomToAsk(): readonly Member[] {
    const { leader, membership } = this.#options.node.status();
    const others = membersOf(membership).filter(({ id }) => id !== leader?.id);
    return leader === undefined ? others : [leader, ...others];
  }

  async #isSaidTo(member: Member): Promise<boolean> {
    const { address, logger } = this.#options;
    try {
      await this.#say(member);
      logger.info("the cluster has been told of another address", { address });
      return true;
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#tell(error);
      return false;
    }
  }

  async #say(member: Member): Promise<void> {
    const { node, forwarder, address, requestTimeoutMs } = this.#options;
    const { id } = node.status();
    const deadline = new Deadline(requestTimeoutMs);
    if (member.id === id) {
      await changeMembers(node, { readdress: [{ id, address }] }, deadline);
      return;
    }
    const target = `/v1/cluster/members/${encodeURIComponent(id)}/address`;
    const body = new TextEncoder().encode(JSON.stringify({ address }));
    const answer = await forwarder.send(member, { method: "PUT", target, headers: {}, body }, deadline);
    if (answer.status !== 200) throw refusalOf(answer);
  }

  /** What does not pass by itself, once. */
  #tell(error: unknown): void {
    const isKnown = error instanceof RaftError || error instanceof ClusterRefusal;
    const reason = reasonOf(error);
    if ((isKnown && passing.has(error.code)) || reason === this.#told) return;
    this.#told = reason;
    const { address, logger } = this.#options;
    logger.warn("the cluster has not been told of another address yet; trying again", { address, reason });
  }
}

function isDue({ node, address }: Pick<RelocationOptions, "node" | "address">): boolean {
  const { id, membership } = node.status();
  return isMember(membership, id) && addressOf(membership, id) !== address;
}

function refusalOf({ status, body }: Answer): ClusterRefusal {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  return refusalIn(JSON.parse(text), status);
}
