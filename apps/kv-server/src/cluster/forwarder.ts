import { RaftError } from "@quorate/raft-core";
import type { Member } from "@quorate/raft-core";
import type { Duplex } from "node:stream";
import type { Answer } from "../http/answer.ts";
import type { AddressBook } from "./address-book.ts";
import type { Deadline } from "./deadline.ts";
import { PeerDispatchers } from "./peer-dispatchers.ts";

export const forwardedHeader = "x-quorate-forwarded";
export const clusterHeader = "x-quorate-cluster";
export const deadlineHeader = "x-quorate-deadline-ms";
/** The store's revision, and the log index up to which the node that answers has applied everything. */
export const revisionHeader = "x-quorate-revision";
export const appliedHeader = "x-quorate-applied-index";

/** A client's request as it came. */
export interface ClientRequest {
  readonly method: string;
  /** Path and query as they were written. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

export interface ForwarderOptions {
  readonly nodeId: string;
  readonly clusterId: string;
  readonly addresses: AddressBook;
  /** Makes a connection to a peer; without it, plain ones are made to its address. */
  readonly connectTo?: (peer: Member) => Promise<Duplex>;
  readonly connectTimeoutMs?: number;
  readonly answerBytesMax?: number;
}

const requestHeaders = ["if-match", "if-none-match"];
const answerHeaders = ["content-type", "retry-after", "etag", revisionHeader, appliedHeader];

/** With these the connection did not come about, so the request has never left. */
const notSent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** Carries what only the leader can do to the address where its peers reach it, over connections that are kept. */
export class Forwarder {
  readonly #identity: Readonly<Record<string, string>>;
  readonly #clusterId: string;
  readonly #addresses: AddressBook;
  readonly #dispatchers: PeerDispatchers;

  constructor(options: ForwarderOptions) {
    this.#clusterId = options.clusterId;
    this.#addresses = options.addresses;
    this.#identity = { [forwardedHeader]: options.nodeId, [clusterHeader]: options.clusterId };
    this.#dispatchers = new PeerDispatchers({
      connectTo: options.connectTo,
      connections: 32,
      pipelining: 1,
      // Shorter than the peer's own, so that no request meets a connection that is just being closed as idle.
      keepAliveTimeout: 10_000,
      keepAliveMaxTimeout: 10_000,
      connect: { timeout: options.connectTimeoutMs ?? 1000 },
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: options.answerBytesMax ?? 64 * 1024 * 1024,
    });
  }

  /**
   * Resolves with the leader's answer, whatever it says. Throws `NO_LEADER` or `TRANSFERRING` where it was certainly
   * not done (nobody listens there, or who does is not the leader, or not for long), and `OUTCOME_UNKNOWN` once the request may have left.
   */
  async send(to: Member, request: ClientRequest, deadline: Deadline): Promise<Answer> {
    const leader = this.#addresses.current(to);
    if (leader.address === "") throw new RaftError("NO_LEADER", `nobody here knows where the leader ${leader.id} is`);
    const headers: Record<string, string> = {
      ...this.#identity,
      [deadlineHeader]: String(Math.floor(deadline.leftMs)),
    };
    for (const name of requestHeaders) {
      const value = request.headers[name];
      if (typeof value === "string") headers[name] = value;
    }
    const answer = await this.#exchange(leader, request, headers, deadline);
    if (answer.status === 421) throw new RaftError("NO_LEADER", `${nameOf(leader)} is a node of another cluster`);
    if (answer.status === 403) throw new RaftError("NO_LEADER", `${nameOf(leader)} does not take this node for a peer`);
    const code = answer.status === 503 ? codeOf(answer) : undefined;
    if (code === "NO_LEADER" || code === "NOT_A_MEMBER") {
      throw new RaftError("NO_LEADER", `${nameOf(leader)} does not lead any more`);
    }
    if (code === "TRANSFERRING") throw new RaftError(code, `${nameOf(leader)} is handing over the lead`);
    return answer;
  }

  async close(): Promise<void> {
    await this.#dispatchers.destroy();
  }

  async #exchange(
    leader: Member,
    request: ClientRequest,
    headers: Record<string, string>,
    deadline: Deadline,
  ): Promise<Answer> {
    try {
      const response = await this.#dispatchers.to(leader).request({
        path: request.target,
        method: request.method,
        headers,
        body: request.body,
        signal: deadline.signal,
      });
      const body = await response.body.bytes();
      if (response.headers[clusterHeader] !== this.#clusterId && response.statusCode !== 421) {
        throw new Error("what answered is not a node of this cluster");
      }
      const kept = answerHeaders.flatMap((name) => {
        const value = response.headers[name];
        return typeof value === "string" ? [[name, value] as const] : [];
      });
      return { status: response.statusCode, headers: Object.fromEntries(kept), body };
    } catch (error) {
      throw lost(leader, error);
    }
  }
}

function lost(leader: Member, error: unknown): RaftError {
  const reason = error instanceof Error ? error.message : String(error);
  const { code = "", syscall = "" } = error as { code?: string; syscall?: string };
  if (notSent.has(code) || syscall === "connect") {
    return new RaftError("NO_LEADER", `${nameOf(leader)} cannot be reached: ${reason}`, { cause: error });
  }
  return new RaftError("OUTCOME_UNKNOWN", `${nameOf(leader)} has not answered: ${reason}`, { leader, cause: error });
}

function nameOf(leader: Member): string {
  return `the leader ${leader.id} at ${leader.address}`;
}

function codeOf(answer: Answer): unknown {
  try {
    const text = typeof answer.body === "string" ? answer.body : new TextDecoder().decode(answer.body);
    return (JSON.parse(text) as { code?: unknown }).code;
  } catch {
    return undefined;
  }
}
