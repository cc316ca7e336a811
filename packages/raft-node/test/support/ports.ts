import { RaftError, seededRandom } from "@quorate/raft-core";
import { RaftNode, type RaftNodeOptions } from "../../src/index.ts";
import { Disk, DiskStorage } from "./disk.ts";
import { PlayedTransport } from "./played-transport.ts";
import { RecordingLogger } from "./recording-logger.ts";
import { Shelf, ShelfStore } from "./shelf.ts";
import { TextMachine } from "./text-machine.ts";
import { VirtualClock } from "./virtual-clock.ts";

export type Options = RaftNodeOptions<number, number, readonly string[]>;

/** The ports of one node, to be opened alone or among peers that the test plays. */
export class Ports {
  readonly clock = new VirtualClock();
  readonly disk = new Disk();
  readonly storage: DiskStorage = new DiskStorage(this.disk, this.clock);
  readonly shelf = new Shelf();
  readonly snapshots: ShelfStore = new ShelfStore(this.shelf);
  readonly transport = new PlayedTransport();
  readonly machine: TextMachine;
  readonly logger = new RecordingLogger();

  constructor(machine: TextMachine = new TextMachine()) {
    this.machine = machine;
  }

  options(size: number, changes: Partial<Options> = {}): Options {
    const members = Array.from({ length: size }, (_, i) => ({ id: `n${i + 1}`, address: `host-${i + 1}` }));
    return {
      id: "n1",
      members,
      storage: this.storage,
      transport: this.transport,
      snapshots: this.snapshots,
      stateMachine: this.machine,
      clock: this.clock,
      random: seededRandom(1),
      logger: this.logger,
      ...changes,
    };
  }

  open(size: number, changes: Partial<Options> = {}): Promise<RaftNode<number, number, readonly string[]>> {
    return this.clock.during(RaftNode.open(this.options(size, changes)));
  }

  /** A node that is its own majority and leads. */
  async lead(changes: Partial<Options> = {}): Promise<RaftNode<number, number, readonly string[]>> {
    const node = await this.open(1, changes);
    await this.clock.until(() => node.status().role === "leader" && node.status().appliedIndex === 3, "it leads");
    return node;
  }

  /** A node of three that leads because the test votes for it; the others say nothing more. */
  async leadAlone(changes: Partial<Options> = {}): Promise<RaftNode<number, number, readonly string[]>> {
    const { transport, clock } = this;
    transport.onSend = (to, message) => {
      if (message.type !== "request-vote") return;
      const { term, pre } = message;
      const reply = { type: "request-vote-reply", term, pre, granted: true, incarnation: Number(to.slice(1)) } as const;
      clock.endOfTurn(() => transport.handler?.receive(to, reply));
    };
    const node = await this.open(3, { checkQuorum: false, ...changes });
    await this.clock.until(() => node.status().role === "leader", "it leads");
    await this.clock.run(10);
    return node;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof RaftError ? error.code : error;
}

/** What each ends with: "resolved", or the code of its error. */
export async function codesOf(promises: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  const outcomes = await Promise.allSettled(promises);
  return outcomes.map((outcome) => (outcome.status === "rejected" ? codeOf(outcome.reason) : "resolved"));
}
