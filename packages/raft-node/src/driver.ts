import type { Clock, Effect, Input, Message, NodeId } from "@quorate/raft-core";
import type { Core } from "./core.ts";

export interface DriverOptions {
  readonly core: Pick<Core, "step" | "deadlineMs">;
  readonly clock: Clock;
  readonly inboxBytesMax: number;
  /** Adds what local callers have asked for since the last turn. */
  gather(inputs: Input[]): void;
  perform(effects: readonly Effect[]): void;
  /** The core, or what performs its effects, has thrown: a bug. */
  fail(error: unknown): void;
}

/** What a message takes beside the bytes that it carries. */
const MESSAGE_BYTES = 128;

function messageBytes(message: Message): number {
  if (message.type === "install-snapshot") return MESSAGE_BYTES + message.data.length;
  if (message.type !== "append-entries") return MESSAGE_BYTES;
  return message.entries.reduce((sum, entry) => sum + entry.sizeBytes, MESSAGE_BYTES);
}

/**
 * Feeds the core: collects what happens during a turn of the event loop and steps it at the turn's end, all at once, so
 * that one turn makes one write and one message per peer. Nothing is ever stepped from within a call to it.
 */
export class Driver {
  readonly #options: DriverOptions;
  #inbox: Input[] = [];
  #inboxBytes = 0;
  #unreachable: Set<NodeId> = new Set();
  #isTurnDue = false;
  #timer: { readonly atMs: number; readonly cancel: () => void } | undefined;
  #stopped = false;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  start(): void {
    this.#setTimer();
  }

  /** What is still in the inbox is dropped. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#inbox = [];
  }

  /** Takes `bytes` of the turn's room, or says that there is none left. The first one of a turn always gets in. */
  admit(bytes: number): boolean {
    if (this.#inboxBytes > 0 && this.#inboxBytes + bytes > this.#options.inboxBytesMax) return false;
    this.#inboxBytes += bytes;
    return true;
  }

  /** A message from a peer; false where there is no room and it was dropped, as a network may. */
  receive(from: NodeId, message: Message): boolean {
    if (!this.admit(messageBytes(message))) return false;
    this.put({ type: "message", from, message });
    return true;
  }

  /** Counted once per peer and turn, however often it is reported. */
  unreachable(peer: NodeId): void {
    if (this.#unreachable.has(peer)) return;
    this.#unreachable.add(peer);
    this.put({ type: "unreachable", peer });
  }

  /** The result of one of the core's own effects: always taken, since the core bounds what it asks for. */
  put(input: Input): void {
    if (this.#stopped) return;
    this.#inbox.push(input);
    this.wake();
  }

  /** Something waits to be gathered. */
  wake(): void {
    if (this.#isTurnDue || this.#stopped) return;
    this.#isTurnDue = true;
    this.#options.clock.endOfTurn(() => {
      this.#isTurnDue = false;
      this.#turn(false);
    });
  }

  #turn(isTick: boolean): void {
    if (this.#stopped) return;
    const inputs = this.#inbox;
    this.#inbox = [];
    this.#inboxBytes = 0;
    this.#unreachable.clear();
    this.#options.gather(inputs);
    // Last, so that what has arrived may still put the timeout off.
    if (isTick) inputs.push({ type: "tick" });
    if (inputs.length === 0) return;
    try {
      this.#options.perform(this.#options.core.step(inputs, this.#options.clock.now()));
    } catch (error) {
      this.#options.fail(error);
      return;
    }
    this.#setTimer();
  }

  /** A timer that comes too early is left alone: deadlines mostly move back, and setting timers anew has a price. */
  #setTimer(): void {
    const { core, clock } = this.#options;
    const atMs = core.deadlineMs;
    if (this.#stopped || atMs === Infinity) return;
    if (this.#timer !== undefined) {
      if (this.#timer.atMs <= atMs) return;
      this.#timer.cancel();
    }
    const fire = (): void => {
      this.#timer = undefined;
      if (clock.now() < core.deadlineMs) this.#setTimer();
      else this.#turn(true);
    };
    this.#timer = { atMs, cancel: clock.after(Math.max(0, atMs - clock.now()), fire) };
  }
}
