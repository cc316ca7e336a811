import type { NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import { standingIn } from "../view/standing.ts";
import type { OwnTrack } from "./own-track.ts";
import { type Fields, type TraceEvent, entriesOf } from "./trace-event.ts";
import { TracedFollowers } from "./traced-followers.ts";
import { TracedLog } from "./traced-log.ts";

/** What a trace tells of one node, event by event. */
export class NodeTrack {
  readonly id: NodeId;
  readonly #own: OwnTrack;
  readonly #log = new TracedLog();
  readonly #followers: TracedFollowers;
  #condition: NodeView["condition"] = "down";
  #commitIndex = 0;
  #appliedIndex = 0;
  #failure: string | undefined;
  #pausedUntilMs = 0;
  #ledTerm: number | undefined;
  #view: NodeView | undefined;

  constructor(id: NodeId, own: OwnTrack) {
    this.id = id;
    this.#own = own;
    this.#followers = new TracedFollowers(id);
  }

  get leadsTerm(): number | undefined {
    const { role, term } = this.#own.now;
    return role === "leader" && this.#condition === "up" ? term : undefined;
  }

  /** The same object as before where nothing has changed. */
  view(nowMs: number): NodeView {
    const isPaused = this.#condition === "up" && nowMs < this.#pausedUntilMs;
    const condition = isPaused ? "paused" : this.#condition;
    if (this.#view?.condition === condition) return this.#view;
    const own = this.#own.now;
    this.#view = {
      ...own,
      id: this.id,
      condition,
      standing: standingIn(own.membership, this.id),
      election: undefined,
      log: this.#log.view(),
      commitIndex: this.#commitIndex,
      appliedIndex: this.#appliedIndex,
      durableIndex: this.#log.durableIndex,
      followers: this.#followers.view(),
      failure: this.#failure,
    };
    return this.#view;
  }

  pause(untilMs: number): void {
    this.#pausedUntilMs = untilMs;
  }

  /** Something that happened to the node itself. What is not known is skipped. */
  happens(event: TraceEvent): void {
    this.#view = undefined;
    this.#own.happens(event);
    this.#changes(event);
    this.#passBy();
    this.#lead();
  }

  /** A message has come to the node. */
  hears(from: NodeId, message: Fields, atMs: number): void {
    this.#view = undefined;
    this.#own.hears(from, message);
    if (message.text("type") === "append-entries") this.#log.hears(message);
    // Answers of an earlier term mean nothing to a leader.
    if (message.number("term") === this.#own.now.term) this.#followers.hears(from, message, atMs);
  }

  /** A message leaves the node. */
  sends(to: NodeId, message: Fields): void {
    const type = message.text("type");
    if (type === "append-entries" && this.#log.sends(entriesOf(message))) this.#view = undefined;
    if (this.leadsTerm === undefined) return;
    this.#view = undefined;
    this.#followers.sends(to, message);
  }

  #changes({ kind, fields }: TraceEvent): void {
    switch (kind) {
      case "started":
        this.#failure = undefined;
        return;
      case "opened":
        this.#condition = "up";
        this.#log.opened(fields);
        this.#commitIndex = fields.number("appliedIndex");
        this.#appliedIndex = this.#commitIndex;
        return;
      case "crashed":
        return this.#ends("down");
      case "failed":
        this.#failure = fields.text("reason");
        return this.#ends("failed");
      case "wiped":
        this.#log.wiped();
        this.#commitIndex = 0;
        this.#appliedIndex = 0;
        return;
      case "commit":
        this.#commitIndex = Math.max(this.#commitIndex, fields.number("index"));
        return;
      case "apply":
        this.#appliedIndex = Math.max(this.#appliedIndex, fields.number("index"));
        return;
      default:
        this.#writes(kind, fields);
    }
  }

  #writes(kind: string, fields: Fields): void {
    switch (kind) {
      case "append":
        return this.#log.append(fields, { isLeader: this.leadsTerm !== undefined, term: this.#own.now.term });
      case "durable":
        this.#log.durableIndex = fields.number("lastIndex");
        return;
      case "compact":
        return this.#log.compact(fields.number("index"));
      case "reset":
        return this.#log.reset(fields.number("index"));
      case "snapshot":
        return this.#hasSnapshot(fields);
      default:
    }
  }

  #hasSnapshot(fields: Fields): void {
    const index = fields.number("index");
    const term = fields.has("term") ? fields.number("term") : undefined;
    this.#log.hasSnapshot(index, term, this.#own.now.term);
    if (fields.text("origin") !== "installed") return;
    this.#commitIndex = Math.max(this.#commitIndex, index);
    this.#appliedIndex = Math.max(this.#appliedIndex, index);
    this.#log.durableIndex = Math.max(this.#log.durableIndex, index);
  }

  /** What holds no command passes the state machine by, and is applied as soon as it is its turn. */
  #passBy(): void {
    while (this.#appliedIndex < this.#commitIndex) {
      const kind = this.#log.at(this.#appliedIndex + 1)?.kind;
      if (kind === undefined || kind === "command") return;
      this.#appliedIndex += 1;
    }
  }

  #ends(condition: "down" | "failed"): void {
    this.#condition = condition;
    this.#log.crashes();
  }

  #lead(): void {
    const term = this.leadsTerm;
    if (term !== this.#ledTerm) this.#followers.clear();
    this.#ledTerm = term;
    if (term !== undefined) this.#followers.lead(this.#own.now.membership, this.#log.lastIndex);
  }
}
