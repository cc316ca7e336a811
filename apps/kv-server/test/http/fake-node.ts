import type { Member, Membership, MembershipChange, NodeId } from "@quorate/raft-core";
import { membershipOf, silentLogger } from "@quorate/raft-core";
import type { ReadConsistency } from "@quorate/raft-node";
import { KvStateMachine } from "@quorate/statemachine-kv";
import type { KvAnswer, KvQuery, KvResult } from "@quorate/statemachine-kv";
import { AddressBook } from "../../src/cluster/address-book.ts";
import { Forwarder } from "../../src/cluster/forwarder.ts";
import type { KvNode, KvNodeEvent, KvNodeStatus, WaitOptions } from "../../src/cluster/kv-node.ts";
import { Patience } from "../../src/cluster/patience.ts";
import { Reads } from "../../src/cluster/reads.ts";
import { Writes } from "../../src/cluster/writes.ts";
import { Admission } from "../../src/http/admission.ts";
import type { AdmissionLimits } from "../../src/http/admission.ts";
import { openApp } from "../../src/http/app.ts";
import { createListener, listen, stopListening } from "../../src/http/listener.ts";
import type { PageRules } from "../../src/http/pages.ts";
import type { Origin, Services } from "../../src/routes/services.ts";
import { WebSockets } from "../../src/ws/web-sockets.ts";
import { fakeCluster } from "../watch/fake-cluster.ts";
import type { FakeCluster } from "../watch/fake-cluster.ts";

/** Applies at once what is proposed, unless it is told to refuse, or to say nothing. */
export class FakeNode implements KvNode {
  readonly machine = new KvStateMachine();
  readonly members: readonly Member[] = [{ id: "n1", address: "127.0.0.1:1" }];
  leader: Member | undefined = this.members[0];
  failed: KvNodeStatus["failed"];
  isForgotten = false;
  appliedIndex = 9;
  membership: Membership = membershipOf(this.members);
  followers: KvNodeStatus["followers"] = [];
  readonly changes: MembershipChange[] = [];
  readonly transfers: (NodeId | undefined)[] = [];
  readonly consistencies: ReadConsistency[] = [];
  proposals = 0;
  /** Thrown by the next calls, one after the other. */
  readonly refusals: Error[] = [];
  /** Nothing is answered, except by the abort. */
  mute = false;
  /** Nothing is answered before it resolves, except by the abort. */
  gate: Promise<void> | undefined;
  /** Who have come to the gate. */
  held = 0;
  readonly #listeners = new Map<() => void, KvNodeEvent>();

  async propose(command: Uint8Array, options: WaitOptions): Promise<KvResult> {
    this.proposals += 1;
    await this.#obstacle(options.signal);
    return this.machine.apply(command);
  }

  async read(query: KvQuery, options: WaitOptions & { readonly consistency: ReadConsistency }): Promise<KvAnswer> {
    this.consistencies.push(options.consistency);
    await this.#obstacle(options.signal);
    return this.machine.read(query);
  }

  async changeMembers(change: MembershipChange, options: WaitOptions): Promise<Membership> {
    await this.#obstacle(options.signal);
    this.changes.push(change);
    return this.membership;
  }

  async transferLeadership(to: NodeId | undefined, options: WaitOptions): Promise<Member> {
    await this.#obstacle(options.signal);
    this.transfers.push(to);
    return { id: to ?? "n1", address: "127.0.0.1:1" };
  }

  status(): KvNodeStatus {
    return {
      id: "n1",
      incarnation: 1,
      isForgotten: this.isForgotten,
      role: this.leader?.id === "n1" ? "leader" : "follower",
      term: 3,
      leader: this.leader,
      ...{ commitIndex: 9, appliedIndex: this.appliedIndex, firstIndex: 1, lastIndex: 9, snapshotIndex: 0 },
      membership: this.membership,
      followers: this.followers,
      election: { votedFor: undefined, votes: {}, timer: undefined },
      transferTo: undefined,
      failed: this.failed,
    };
  }

  on(event: KvNodeEvent, listener: () => void): () => void {
    // Each call counts, as it does for a node.
    const own = (): void => listener();
    this.#listeners.set(own, event);
    return () => this.#listeners.delete(own);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  tell(event: KvNodeEvent): void {
    for (const [listener, wanted] of this.#listeners) if (wanted === event) listener();
  }

  async #obstacle(signal: AbortSignal): Promise<void> {
    const refusal = this.refusals.shift();
    if (refusal !== undefined) throw refusal;
    if (this.gate === undefined && !this.mute) return;
    const silence = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => silence.reject(signal.reason), { once: true });
    if (this.gate !== undefined) {
      this.held += 1;
      await Promise.race([this.gate, silence.promise]);
    }
    if (this.mute) await silence.promise;
  }
}

export interface FakeServerOptions {
  readonly node?: FakeNode;
  readonly origin?: Origin;
  readonly clusterId?: string;
  readonly requestTimeoutMs?: number;
  readonly catchUpTimeoutMs?: number;
  readonly valueBytesMax?: number;
  readonly allowsLease?: boolean;
  readonly bytesMax?: number;
  readonly admission?: Partial<AdmissionLimits>;
  readonly probeStorage?: () => Promise<void>;
  readonly cluster?: FakeCluster;
  readonly obstacle?: Services["obstacle"];
  readonly pages?: Partial<PageRules>;
  readonly builtPage?: Services["builtPage"];
  /** What the log was told at level error. */
  readonly errors?: string[];
}

export interface FakeServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  readonly node: FakeNode;
  readonly writes: Writes;
  readonly webSockets: WebSockets;
}

/** The HTTP interface over a fake node, on a real socket. */
export async function openFakeServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  const { node = new FakeNode(), clusterId = "c1", requestTimeoutMs = 5000, valueBytesMax = 1024 * 1024 } = options;
  const server = createListener();
  const addresses = new AddressBook([]);
  const cluster = options.cluster ?? fakeCluster();
  const patience = new Patience(node);
  const forwarder = new Forwarder({ nodeId: "n1", clusterId, addresses, connectTimeoutMs: 300 });
  const limit = options.bytesMax === undefined ? {} : { bytesMax: options.bytesMax };
  const writes = new Writes({ node, patience, ...limit });
  const services: Services = {
    ...{ clusterId, requestTimeoutMs, valueBytesMax, node, addresses },
    catchUpTimeoutMs: options.catchUpTimeoutMs ?? 0,
    allowsLease: options.allowsLease ?? false,
    reads: new Reads(node, patience),
    ...{ writes, forwarder },
    ...{ watch: cluster.watch, origins: cluster.origins },
    pages: {
      isKnown: (url) => cluster.origins.has(url),
      clientUrl: () => "http://n1.example",
      ...{ actions: false, onLoopback: true, ...options.pages },
    },
    obstacle: options.obstacle ?? (() => undefined),
    builtPage: options.builtPage ?? (() => Promise.resolve(undefined)),
    metrics: () => "",
    probeStorage: options.probeStorage ?? (() => Promise.resolve()),
  };
  const logger = { ...silentLogger, error: (message: string) => void options.errors?.push(message) };
  const port = { origin: options.origin ?? "client", server, admission: new Admission(options.admission) };
  await openApp({ ...port, services, logger });
  const webSockets = new WebSockets({ services, logger, ports: [port] });
  const listening = await listen(server, { host: "127.0.0.1", port: 0 });
  return {
    origin: `http://127.0.0.1:${listening.port}`,
    port: listening.port,
    node,
    writes,
    webSockets,
    async [Symbol.asyncDispose]() {
      await cluster[Symbol.asyncDispose]();
      patience.close();
      await webSockets.close();
      await stopListening(server, 0);
      await forwarder.close();
    },
  };
}
