import type { EntryView, FollowerView, MembershipView, NodeView, SnapshotView } from "@quorate/drawing";
import type { NodeId, Role } from "@quorate/raft-core";
import { type Fields, type TraceEvent, type TracedEntry, entriesOf } from "./trace-event.ts";

const ENTRIES_SHOWN = 60;
const ROLES: readonly string[] = ["follower", "pre-candidate", "candidate", "leader"];

/** What a trace tells of one node, event by event. */
export class NodeTrack {
  readonly id: NodeId;
  readonly #membership: MembershipView;
  #condition: NodeView["condition"] = "down";
  #role: Role | undefined;
  #term = 0;
  #votedFor: NodeId | undefined;
  #leader: NodeId | undefined;
  #votes: Readonly<Record<NodeId, boolean>> = {};
  #snapshot: SnapshotView | undefined;
  #baseIndex = 0;
  #entries: readonly EntryView[] = [];
  #commitIndex = 0;
  #appliedIndex = 0;
  #durableIndex = 0;
  #failure: string | undefined;
  #pausedUntilMs = 0;
  /** What was last known of each index, from others or as a leader. */
  readonly #heard = new Map<number, TracedEntry>();
  readonly #followers = new Map<NodeId, FollowerView>();
  #view: NodeView | undefined;

  constructor(id: NodeId, nodes: readonly NodeId[]) {
    this.id = id;
    this.#membership = { voters: nodes, outgoing: [], learners: [] };
  }

  get leadsTerm(): number | undefined {
    return this.#role === "leader" && this.#condition === "up" ? this.#term : undefined;
  }

  get #lastIndex(): number {
    return this.#baseIndex + this.#entries.length;
  }

  /** The same object as before where nothing has changed. */
  view(nowMs: number): NodeView {
    const isPaused = this.#condition === "up" && nowMs < this.#pausedUntilMs;
    const condition = isPaused ? "paused" : this.#condition;
    if (this.#view?.condition === condition) return this.#view;
    this.#view = {
      id: this.id,
      condition,
      role: this.#role,
      standing: "voter",
      term: this.#term,
      votedFor: this.#votedFor,
      leader: this.#leader,
      election: undefined,
      votes: this.#votes,
      log: {
        snapshot: this.#snapshot,
        firstIndex: this.#baseIndex + 1,
        lastIndex: this.#lastIndex,
        entries: this.#entries.slice(-ENTRIES_SHOWN),
      },
      commitIndex: this.#commitIndex,
      appliedIndex: this.#appliedIndex,
      durableIndex: this.#durableIndex,
      membership: this.#membership,
      followers: this.#role === "leader" ? [...this.#followers.values()] : [],
      transferTo: undefined,
      failure: this.#failure,
    };
    return this.#view;
  }

  pause(untilMs: number): void {
    this.#pausedUntilMs = untilMs;
  }

  /** Something that happened to the node itself. What is not known is skipped. */
  happens({ kind, fields }: TraceEvent): void {
    this.#view = undefined;
    switch (kind) {
      case "started":
        this.#failure = undefined;
        return;
      case "opened":
        this.#condition = "up";
        this.#role = "follower";
        this.#term = Math.max(this.#term, fields.number("term"));
        this.#commitIndex = fields.number("appliedIndex");
        this.#appliedIndex = this.#commitIndex;
        return;
      case "crashed":
        return this.#ends("down");
      case "failed":
        this.#failure = fields.text("reason");
        return this.#ends("failed");
      case "role":
        return this.#changeRole(fields.text("role"), fields.number("term"));
      case "commit":
        this.#commitIndex = Math.max(this.#commitIndex, fields.number("index"));
        return;
      case "apply":
        this.#appliedIndex = Math.max(this.#appliedIndex, fields.number("index"));
        return;
      case "append":
        return this.#append(fields);
      case "durable":
        this.#durableIndex = fields.number("lastIndex");
        return;
      case "compact":
        return this.#compact(fields.number("index"));
      case "reset":
        this.#entries = [];
        this.#baseIndex = fields.number("index");
        return;
      case "snapshot":
        return this.#hasSnapshot(fields.number("index"), fields.text("origin"));
      default:
    }
  }

  /** A message has come to the node. */
  hears(from: NodeId, message: Fields, atMs: number): void {
    this.#view = undefined;
    const term = message.number("term");
    switch (message.text("type")) {
      case "append-entries":
        for (const entry of entriesOf(message)) this.#heard.set(entry.index, entry);
        if (term >= this.#term) this.#leader = from;
        return;
      case "heartbeat":
      case "install-snapshot":
        if (term >= this.#term) this.#leader = from;
        return;
      case "request-vote-reply":
        if (this.#role === "candidate" || this.#role === "pre-candidate") {
          this.#votes = { ...this.#votes, [from]: message.flag("granted") };
        }
        return;
      case "append-entries-reply":
        if (message.flag("accepted")) return this.#acknowledged(from, message.number("matchIndex"), atMs);
        return this.#follow(from, { state: "probe", lastContactMs: atMs });
      case "heartbeat-reply":
        return this.#follow(from, { lastContactMs: atMs });
      default:
    }
  }

  /** A message leaves the node: what it sends of its own log is known better than what it appends. */
  sends(to: NodeId, message: Fields): void {
    const type = message.text("type");
    if (type === "install-snapshot") this.#follow(to, { state: "snapshot" });
    if (type !== "append-entries") return;
    const entries = entriesOf(message);
    const last = entries.at(-1);
    if (last !== undefined) this.#follow(to, { nextIndex: last.index + 1 });
    const better = entries.filter(({ index, term, kind }) => {
      const own = this.#at(index);
      return own?.term === term && own.kind !== kind;
    });
    if (better.length > 0) this.#replace(better);
  }

  #ends(condition: "down" | "failed"): void {
    this.#condition = condition;
    this.#role = undefined;
    this.#leader = undefined;
    this.#votes = {};
    this.#followers.clear();
    // What was not durable may be lost; what is not shows when the node writes again.
    this.#entries = this.#entries.slice(0, Math.max(0, this.#durableIndex - this.#baseIndex));
  }

  #changeRole(role: string, term: number): void {
    if (!isRole(role)) throw new TypeError(`${this.id} has a role "${role}", which is none`);
    if (term > this.#term) this.#votedFor = undefined;
    this.#role = role;
    this.#term = term;
    this.#leader = role === "leader" ? this.id : undefined;
    this.#votes = role === "candidate" || role === "pre-candidate" ? { [this.id]: true } : {};
    this.#followers.clear();
    if (role !== "leader") return;
    for (const id of this.#membership.voters) {
      if (id !== this.id) this.#follow(id, { state: "probe", nextIndex: this.#lastIndex + 1 });
    }
  }

  #append(fields: Fields): void {
    const [first, count] = [fields.number("firstIndex"), fields.number("count")];
    if (fields.has("hardState")) {
      const hardState = fields.object("hardState");
      this.#term = hardState.number("term");
      this.#votedFor = hardState.has("votedFor") ? hardState.text("votedFor") : undefined;
    }
    if (count === 0) return;
    const isLeader = this.#role === "leader";
    const kept = this.#entries.slice(0, Math.max(0, first - 1 - this.#baseIndex));
    const entries = [...kept];
    for (let index = this.#baseIndex + kept.length + 1; index < first + count; index += 1) {
      entries.push(isLeader && index >= first ? this.#own(index, entries.at(-1)?.term) : this.#foreign(index));
    }
    this.#entries = entries;
  }

  /** What a leader appends is of its own term; the first of it is its no-op. */
  #own(index: number, termBefore: number | undefined): EntryView {
    const own = { index, term: this.#term, kind: termBefore === this.#term ? "command" : "no-op" } as const;
    this.#heard.set(index, own);
    return { ...own, text: "" };
  }

  #foreign(index: number): EntryView {
    const { term, kind } = this.#heard.get(index) ?? { term: 0, kind: index === 1 ? "membership" : "command" };
    return { index, term, kind, text: "" };
  }

  #compact(index: number): void {
    if (index <= this.#baseIndex) return;
    this.#entries = this.#entries.slice(index - this.#baseIndex);
    this.#baseIndex = index;
  }

  #hasSnapshot(index: number, origin: string): void {
    this.#snapshot = { index, term: this.#at(index)?.term ?? this.#heard.get(index)?.term ?? this.#term };
    if (origin !== "installed") return;
    this.#commitIndex = Math.max(this.#commitIndex, index);
    this.#appliedIndex = Math.max(this.#appliedIndex, index);
    this.#durableIndex = Math.max(this.#durableIndex, index);
  }

  #acknowledged(from: NodeId, matchIndex: number, atMs: number): void {
    const known = this.#followers.get(from);
    const match = Math.max(known?.matchIndex ?? 0, matchIndex);
    const nextIndex = Math.max(known?.nextIndex ?? 0, match + 1);
    this.#follow(from, { matchIndex: match, nextIndex, state: "replicate", lastContactMs: atMs });
  }

  #follow(id: NodeId, change: Partial<FollowerView>): void {
    if (this.#role !== "leader") return;
    this.#view = undefined;
    const before = this.#followers.get(id) ?? {
      id,
      matchIndex: 0,
      nextIndex: this.#lastIndex + 1,
      state: "probe",
      lastContactMs: undefined,
    };
    this.#followers.set(id, { ...before, ...change });
  }

  #at(index: number): EntryView | undefined {
    return this.#entries[index - this.#baseIndex - 1];
  }

  #replace(better: readonly TracedEntry[]): void {
    const kinds = new Map(better.map(({ index, kind }) => [index, kind]));
    this.#view = undefined;
    this.#entries = this.#entries.map((entry) => ({ ...entry, kind: kinds.get(entry.index) ?? entry.kind }));
  }
}

function isRole(text: string): text is Role {
  return ROLES.includes(text);
}
