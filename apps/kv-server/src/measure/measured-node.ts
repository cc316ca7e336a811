import type { Member, Membership, MembershipChange, NodeId } from "@quorate/raft-core";
import type { ReadConsistency } from "@quorate/raft-node";
import type { KvAnswer, KvQuery, KvResult } from "@quorate/statemachine-kv";
import type { KvNode, KvNodeEvent, KvNodeStatus, WaitOptions } from "../cluster/kv-node.ts";
import { Latency } from "./latency.ts";

/** A node that counts what it has done and how long that took. What has failed does not count. */
export class MeasuredNode implements KvNode {
  readonly writeLatency: Latency = new Latency();
  readonly readLatency: Latency = new Latency();
  readonly #node: KvNode;
  #writes = 0;
  #reads = 0;

  constructor(node: KvNode) {
    this.#node = node;
  }

  get writes(): number {
    return this.#writes;
  }

  get reads(): number {
    return this.#reads;
  }

  propose(command: Uint8Array, options: WaitOptions): Promise<KvResult> {
    const startMs = performance.now();
    return this.#node.propose(command, options).then((result) => {
      this.#writes += 1;
      this.writeLatency.record(performance.now() - startMs);
      return result;
    });
  }

  read(query: KvQuery, options: WaitOptions & { readonly consistency: ReadConsistency }): Promise<KvAnswer> {
    const startMs = performance.now();
    return this.#node.read(query, options).then((answer) => {
      this.#reads += 1;
      if (options.consistency === "linearizable") this.readLatency.record(performance.now() - startMs);
      return answer;
    });
  }

  changeMembers(change: MembershipChange, options: WaitOptions): Promise<Membership> {
    return this.#node.changeMembers(change, options);
  }

  transferLeadership(to: NodeId | undefined, options: WaitOptions): Promise<Member> {
    return this.#node.transferLeadership(to, options);
  }

  status(): KvNodeStatus {
    return this.#node.status();
  }

  on(event: KvNodeEvent, listener: () => void): () => void {
    return this.#node.on(event, listener);
  }
}
