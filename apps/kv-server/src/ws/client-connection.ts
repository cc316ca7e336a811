import {
  Malformed,
  MalformedRequest,
  VERSION_MAX,
  VERSION_MIN,
  closeCode,
  decodeClientFramesOrRefusals,
} from "@quorate/client/protocol";
import type { ClientFrame, Hello, Limits, Request } from "@quorate/client/protocol";
import type { Logger } from "@quorate/raft-core";
import type { RawData, WebSocket } from "ws";
import { Deadline } from "../cluster/deadline.ts";
import type { Admission } from "../http/admission.ts";
import { blamedOnNode } from "../http/blame.ts";
import { Problem, problemOf } from "../http/problem.ts";
import { Answers } from "./answers.ts";
import type { ClusterHints } from "./cluster-hints.ts";
import type { Performed } from "./performed.ts";
import { perform } from "./request.ts";
import type { RequestContext } from "./request.ts";
import { Weights } from "./weights.ts";

const helloTimeoutMs = 5000;
const closeTimeoutMs = 500;
/** Clients ask for a sign of life well before. */
const silenceMsMax = 20_000;
/** Deadlines of one message that are so close share one timer. */
const deadlineStepMs = 10;
const deadlineUsersMax = 64;

export interface ConnectionContext extends RequestContext {
  readonly limits: Limits;
  readonly hints: ClusterHints;
  readonly admission: Admission;
  readonly logger: Logger;
}

interface SharedDeadline {
  readonly deadline: Deadline;
  users: number;
}

interface UnderWay {
  readonly bytes: number;
  isCancelled: boolean;
}

/** One client. Whatever it sends, no more than its own connection ends. */
export class ClientConnection {
  readonly #socket: WebSocket;
  readonly #context: ConnectionContext;
  readonly #answers: Answers;
  readonly #weights: Weights;
  readonly #underWay = new Map<number, UnderWay>();
  readonly #unlisten: () => void;
  #silence: NodeJS.Timeout;
  #isGreeted = false;
  /** As it calls itself. */
  #clientId: string | undefined;
  #lastId = 0;
  #bytes = 0;

  /** `ended` is called once. */
  constructor(socket: WebSocket, context: ConnectionContext, ended: () => void) {
    this.#socket = socket;
    this.#context = context;
    this.#weights = new Weights(context.admission);
    const appliedIndex = (): number => context.services.node.status().appliedIndex;
    // Who takes answers is there.
    const sent = (): void => void this.#silence.refresh();
    this.#answers = new Answers({ socket, admission: context.admission, appliedIndex, sent });
    this.#unlisten = context.hints.listen((cluster) => {
      if (this.#isGreeted) this.#answers.push({ type: "cluster", cluster });
    });
    this.#silence = setTimeout(() => this.#close(closeCode.noHello, "no hello"), helloTimeoutMs);
    // The end follows.
    socket.on("error", (error) => context.logger.debug("a client's connection failed", { error }));
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("close", () => {
      clearTimeout(this.#silence);
      this.#unlisten();
      ended();
    });
  }

  /**
   * Says goodbye, and goes on until the client has left, which it does when all that it asked is answered: what it had
   * sent before it heard is answered, too. Ends it after `graceMs` in any case.
   */
  async close(graceMs: number): Promise<void> {
    if (this.#isGreeted && graceMs > 0) {
      this.#answers.push({ type: "goodbye" });
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#socket.once("close", resolve);
      const timer = setTimeout(resolve, graceMs);
      await promise;
      clearTimeout(timer);
    }
    this.#answers.flush();
    this.#close(closeCode.goingAway, "this node stops");
  }

  #receive(data: RawData, isBinary: boolean): void {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return;
    try {
      if (!isBinary || !(data instanceof Buffer)) throw new Malformed("a text message");
      const frames = decodeClientFramesOrRefusals(new Uint8Array(data.buffer, data.byteOffset, data.length));
      // Each request may be cancelled; more than that is not worth an answer.
      const framesMax = 2 * this.#context.limits.requestsMax + 2;
      if (frames.length > framesMax) throw new Malformed(`${frames.length} frames in a message`);
      if (this.#isGreeted) this.#silence.refresh();
      const deadlines = new Map<number, SharedDeadline>();
      for (const frame of frames) this.#hear(frame, data.length / frames.length, deadlines);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#context.logger.warn("a client's connection was closed: not understood", {
        client: this.#clientId,
        reason: error.message,
      });
      this.#close(closeCode.malformed, error.message);
    }
  }

  #hear(frame: ClientFrame | MalformedRequest, bytes: number, deadlines: Map<number, SharedDeadline>): void {
    if (frame instanceof MalformedRequest) return this.#refuse(frame);
    if (frame.type === "hello") return this.#greet(frame.hello);
    if (!this.#isGreeted) throw new Malformed(`a ${frame.type} before the hello`);
    switch (frame.type) {
      case "request": {
        const { id, remainingMs, request } = frame;
        this.#count(id);
        void this.#answer(id, request, bytes, this.#deadlineIn(remainingMs, deadlines));
        return undefined;
      }
      case "cancel": {
        const entry = this.#underWay.get(frame.id);
        if (entry !== undefined) entry.isCancelled = true;
        return undefined;
      }
      case "ping":
        return this.#answers.push({ type: "pong" });
    }
  }

  /** Every request counts, also one that is refused. */
  #count(id: number): void {
    if (id <= this.#lastId) throw new Malformed(`request ${id} after request ${this.#lastId}`);
    this.#lastId = id;
  }

  #refuse({ id, message }: MalformedRequest): void {
    if (!this.#isGreeted) throw new Malformed("a request before the hello");
    this.#count(id);
    this.#fail(id, new Problem("BAD_REQUEST", message));
  }

  #greet({ versionMin, versionMax, clientId }: Hello): void {
    if (this.#isGreeted) throw new Malformed("a second hello");
    const version = Math.min(versionMax, VERSION_MAX);
    if (version < Math.max(versionMin, VERSION_MIN)) {
      const reason = `protocol versions ${versionMin} to ${versionMax} are not spoken here, only ${VERSION_MIN} to ${VERSION_MAX}`;
      return this.#close(closeCode.wrongVersion, reason);
    }
    this.#isGreeted = true;
    this.#clientId = clientId;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#socket.terminate(), silenceMsMax);
    const { services, hints, limits } = this.#context;
    const { clusterId, node } = services;
    const cluster = hints.current;
    const welcome = { version, clusterId, nodeId: node.status().id, limits, silenceMsMax, cluster };
    this.#answers.push({ type: "welcome", welcome });
  }

  /** Never rejects: there is one answer to every request. */
  async #answer(id: number, request: Request, bytes: number, deadline: Deadline): Promise<void> {
    const entry: UnderWay = { bytes, isCancelled: false };
    try {
      this.#assertRoom();
      this.#underWay.set(id, entry);
      this.#bytes += bytes;
      const work = (asked: Request): Promise<Performed> => perform(this.#context, asked, deadline);
      const performed = await this.#weights.hold(request, work, deadline.signal);
      if (entry.isCancelled) {
        performed.held?.release();
        throw new Problem("OUTCOME_UNKNOWN", "the answer was not wanted any more");
      }
      this.#answers.push({ type: "result", id, ...performed });
    } catch (error) {
      this.#fail(id, error);
    }
    if (this.#underWay.delete(id)) this.#bytes -= bytes;
  }

  #fail(id: number, error: unknown): void {
    const { services, hints, logger } = this.#context;
    const problem = blamedOnNode(problemOf(error), services);
    if (problem.code === "INTERNAL") logger.error("a client's request failed", { error });
    const leader = problem.leader && hints.hintOf(problem.leader.id);
    this.#answers.push({ type: "failure", id, failure: { ...problem.toFailure(), leader } });
  }

  #assertRoom(): void {
    const { limits, admission } = this.#context;
    if (this.#underWay.size >= limits.requestsMax || this.#bytes > limits.bytesMax) {
      throw new Problem("OVERLOADED", `${this.#underWay.size} requests are under way on this connection`);
    }
    admission.assertRoom();
  }

  #deadlineIn(remainingMs: number, deadlines: Map<number, SharedDeadline>): Deadline {
    const { requestTimeoutMs } = this.#context.services;
    const totalMs = Math.min(requestTimeoutMs, Math.ceil(remainingMs / deadlineStepMs) * deadlineStepMs);
    let shared = deadlines.get(totalMs);
    // A signal goes through all its listeners whenever one is added or removed.
    if (shared === undefined || shared.users >= deadlineUsersMax) {
      shared = { deadline: new Deadline(totalMs), users: 0 };
      deadlines.set(totalMs, shared);
    }
    shared.users += 1;
    return shared.deadline;
  }

  /** Waits for the client to say the same, but not for long. */
  #close(code: number, reason: string): void {
    const socket = this.#socket;
    const timer = setTimeout(() => socket.terminate(), closeTimeoutMs);
    socket.once("close", () => clearTimeout(timer));
    socket.close(code, reason.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 120));
  }
}
