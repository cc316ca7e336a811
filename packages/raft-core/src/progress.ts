import type { NodeId } from "./membership.ts";
import type { Incarnation, Snapshot } from "./message.ts";

/**
 * `probe`: where the logs agree is not known; one message at a time. `replicate`: it is; messages are sent on without
 * waiting, inside the window. `snapshot`: the log no longer reaches back to what the follower needs.
 */
export type ProgressState = "probe" | "replicate" | "snapshot";

interface Inflight {
  readonly lastIndex: number;
  readonly bytes: number;
  readonly sentMs: number;
}

/** A snapshot on its way to a follower. */
export interface SnapshotTransfer {
  readonly snapshot: Snapshot;
  /** Of the chunk that was sent last. */
  readonly offsetBytes: number;
  readonly sentMs: number;
}

export interface Window {
  readonly inflightMessagesMax: number;
  readonly inflightBytesMax: number;
}

/** The leader's view of one follower (§5.3, nextIndex and matchIndex of fig. 2). */
export class Progress {
  readonly id: NodeId;
  /** The follower's log is the leader's up to here, durably. Rises only by what the follower itself acknowledged. */
  matchIndex = 0;
  /** The first entry of the next message. Always above `matchIndex`. */
  nextIndex: number;
  lastContactMs: number;
  /** Since when the follower has not been silent for long. */
  steadySinceMs: number;
  /** When `matchIndex` or the transfer of a snapshot last moved on. */
  advancedMs: number;
  /** Who it is; undefined until it has said so. */
  incarnation: Incarnation | undefined;
  /** Who it is counts only from answers to a later round: an earlier one may come from another node of that id. */
  readonly sinceRound: number;
  priority = 1;
  /** Since this leader leads. Who has not is there only as far as anybody knows. */
  hasAnswered = false;
  /** The latest round of heartbeats that the follower has answered. */
  ackedRound = 0;
  /** The `load` effect that this follower waits for. */
  loading: number | undefined;
  nudgedMs: number = -Infinity;
  #state: ProgressState = "probe";
  #probeSent = false;
  #inflight: Inflight[] = [];
  #inflightBytes = 0;
  #transfer: SnapshotTransfer | undefined;

  constructor(id: NodeId, nextIndex: number, nowMs: number, sinceRound = -1) {
    this.id = id;
    this.nextIndex = nextIndex;
    this.lastContactMs = nowMs;
    this.steadySinceMs = nowMs;
    this.advancedMs = nowMs;
    this.sinceRound = sinceRound;
  }

  /** The follower was heard; a silence of `silenceMs` or more ends its steadiness. */
  heard(nowMs: number, silenceMs: number): void {
    if (nowMs - this.lastContactMs >= silenceMs) this.steadySinceMs = nowMs;
    this.lastContactMs = nowMs;
    this.hasAnswered = true;
  }

  get state(): ProgressState {
    return this.#state;
  }

  get transfer(): SnapshotTransfer | undefined {
    return this.#transfer;
  }

  becomeProbe(nextIndex: number): void {
    this.#become("probe");
    this.nextIndex = Math.max(nextIndex, this.matchIndex + 1);
  }

  becomeReplicate(): void {
    this.#become("replicate");
    this.nextIndex = this.matchIndex + 1;
  }

  /** Also moves a transfer under way on to another chunk, or another snapshot. */
  becomeSnapshot(transfer: SnapshotTransfer): void {
    this.#become("snapshot");
    this.#transfer = transfer;
  }

  #become(state: ProgressState): void {
    this.#state = state;
    this.#probeSent = false;
    this.#inflight = [];
    this.#inflightBytes = 0;
    this.#transfer = undefined;
    this.loading = undefined;
  }

  /** Whether an AppendEntries may be sent now. */
  canSend(window: Window): boolean {
    if (this.#state === "snapshot" || this.loading !== undefined) return false;
    if (this.#state === "probe") return !this.#probeSent;
    return this.#inflight.length < window.inflightMessagesMax && this.#inflightBytes < window.inflightBytesMax;
  }

  /** An AppendEntries was sent: `lastIndex` its last entry, or prevIndex where it had none. */
  sent(lastIndex: number, bytes: number, nowMs: number): void {
    if (this.#state === "probe") {
      this.#probeSent = true;
      return;
    }
    this.#inflight.push({ lastIndex, bytes, sentMs: nowMs });
    this.#inflightBytes += bytes;
    this.nextIndex = lastIndex + 1;
  }

  /** Whether `matchIndex` rose. */
  acked(matchIndex: number): boolean {
    if (matchIndex < this.matchIndex) return false;
    const rose = matchIndex > this.matchIndex;
    this.matchIndex = matchIndex;
    this.nextIndex = Math.max(this.nextIndex, matchIndex + 1);
    while (this.#inflight[0] !== undefined && this.#inflight[0].lastIndex <= matchIndex) {
      this.#inflightBytes -= this.#inflight.shift()?.bytes ?? 0;
    }
    return rose;
  }

  /** A probe may have been lost: it may be repeated. */
  probeAgain(): void {
    this.#probeSent = false;
  }

  /** When the oldest unanswered message was sent; undefined where nothing is under way. */
  get oldestInflightMs(): number | undefined {
    return this.#inflight[0]?.sentMs;
  }
}
