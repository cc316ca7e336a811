import type { Answered, Failure, LinkCall } from "@quorate/client/protocol";
import { RaftError } from "@quorate/raft-core";
import type { Member } from "@quorate/raft-core";
import { systemClock } from "@quorate/raft-node";
import type { Deadline } from "../cluster/deadline.ts";
import { Problem, isProblemCode } from "../http/problem.ts";
import type { Performed } from "./performed.ts";

/** A command under way to the leader. Settles once, at its deadline at the latest. */
export class Carried implements LinkCall {
  readonly request: LinkCall["request"];
  readonly deadlineMs: number;
  readonly promise: Promise<Performed>;
  /** The connection has it. Else it is not done, and will not be when it is settled. */
  isSent = false;
  isSettled = false;
  readonly #leader: Member;
  readonly #deadline: Deadline;
  readonly #resolve: (performed: Performed) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(command: Uint8Array, deadline: Deadline, leader: Member) {
    this.request = { type: "command", command };
    this.deadlineMs = systemClock.now() + deadline.leftMs;
    this.#leader = leader;
    this.#deadline = deadline;
    const { promise, resolve, reject } = Promise.withResolvers<Performed>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    deadline.signal.addEventListener("abort", this);
  }

  answered({ result, appliedIndex }: Answered): void {
    this.#settle();
    this.#resolve({ result, appliedIndex });
  }

  failed({ code, detail, outcome }: Failure): void {
    if (code === "NO_LEADER" || code === "NOT_A_MEMBER") {
      return this.refuse(new RaftError("NO_LEADER", `${this.#name} does not lead any more`));
    }
    if (code === "TRANSFERRING")
      return this.refuse(new RaftError("TRANSFERRING", `${this.#name} is handing over the lead`));
    if (isProblemCode(code)) return this.refuse(new Problem(code, detail, { leader: this.#leader }));
    this.refuse(new Problem(outcome === "unknown" ? "OUTCOME_UNKNOWN" : "BAD_REQUEST", detail));
  }

  lost(reason: string, hasLeft: boolean): void {
    if (!hasLeft) return this.refuse(new RaftError("NO_LEADER", `${this.#name} cannot be reached: ${reason}`));
    this.refuse(
      new RaftError("OUTCOME_UNKNOWN", `${this.#name} has not answered: ${reason}`, { leader: this.#leader }),
    );
  }

  refuse(error: Error): void {
    this.#settle();
    this.#reject(error);
  }

  /** The deadline has passed. */
  handleEvent(): void {
    this.lost(`nothing came within ${this.#deadline.totalMs} ms`, this.isSent);
  }

  get #name(): string {
    return `the leader ${this.#leader.id} at ${this.#leader.address}`;
  }

  #settle(): void {
    this.isSettled = true;
    this.#deadline.signal.removeEventListener("abort", this);
  }
}
