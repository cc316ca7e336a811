import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Problem } from "./problem.ts";

export interface AdmissionLimits {
  /** Requests that one connection may have under way; more come only from a client that pipelines and does not read. */
  readonly requestsPerConnectionMax: number;
  /** Answers that have not left yet may come to this on the whole server. */
  readonly answerBytesMax: number;
}

const defaults: AdmissionLimits = { requestsPerConnectionMax: 32, answerBytesMax: 128 * 1024 * 1024 };

/** Keeps clients that ask for much and read slowly from filling the server's memory. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #requests = new WeakMap<Socket, number>();
  #answerBytes = 0;

  constructor(limits: Partial<AdmissionLimits> = {}) {
    this.#limits = { ...defaults, ...limits };
  }

  /** Throws `OVERLOADED`, before anything of the request was done. */
  enter(socket: Socket, response: ServerResponse): void {
    const count = this.#requests.get(socket) ?? 0;
    if (count >= this.#limits.requestsPerConnectionMax) {
      throw new Problem("OVERLOADED", `${count} requests are under way on this connection: read their answers first`);
    }
    this.assertRoom();
    this.#requests.set(socket, count + 1);
    response.once("close", () => this.#requests.set(socket, (this.#requests.get(socket) ?? 1) - 1));
  }

  /** An answer of `bytes` is on its way until the response is closed. */
  answer(bytes: number, response: ServerResponse): void {
    response.once("close", this.hold(bytes));
  }

  /**
   * Throws `OVERLOADED` while the answers that wait to leave come to too much, or would with one of `bytes` more. To one
   * alone it does not matter how large it is.
   */
  assertRoom(bytes = 0): void {
    const { answerBytesMax } = this.#limits;
    const isRoom = this.#answerBytes === 0 || this.#answerBytes + bytes <= answerBytesMax;
    if (isRoom && this.#answerBytes < answerBytesMax) return;
    throw new Problem("OVERLOADED", `answers of ${this.#answerBytes} bytes wait for clients to read them`);
  }

  /** An answer of `bytes` is on its way until the function that is returned is called. */
  hold(bytes: number): () => void {
    this.#answerBytes += bytes;
    return () => {
      this.#answerBytes -= bytes;
    };
  }
}
