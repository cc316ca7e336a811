import type { MembershipView } from "@quorate/drawing";
import type { NodeId, Role } from "@quorate/raft-core";
import type { Fields, TraceEvent } from "./trace-event.ts";

const ROLES: readonly string[] = ["follower", "pre-candidate", "candidate", "leader"];
const NOBODY: MembershipView = { voters: [], outgoing: [], learners: [] };

/** What a node would say of itself, besides its log. */
export interface Own {
  /** Undefined where it does not run. */
  readonly role: Role | undefined;
  readonly term: number;
  readonly votedFor: NodeId | undefined;
  readonly leader: NodeId | undefined;
  readonly votes: Readonly<Record<NodeId, boolean>>;
  readonly membership: MembershipView;
  readonly transferTo: NodeId | undefined;
  readonly isForgotten: boolean;
}

/** Keeps up with what a trace tells of that. */
export interface OwnTrack {
  readonly now: Own;
  happens(event: TraceEvent): void;
  /** A message has come to the node. */
  hears(from: NodeId, message: Fields): void;
}

const atRest = { role: undefined, leader: undefined, votes: {}, transferTo: undefined, isForgotten: false };

export function atFirst(voters: readonly NodeId[]): Own {
  return { ...atRest, term: 0, votedFor: undefined, membership: { ...NOBODY, voters } };
}

/** Throws a TypeError for a role that there is not. */
function roleOf(fields: Fields): Role {
  const role = fields.text("role");
  if (!isRole(role)) throw new TypeError(`${fields.text("node")} has a role "${role}", which is none`);
  return role;
}

function isRole(text: string): text is Role {
  return ROLES.includes(text);
}

/** From version 2 on a node says it whenever it changes. */
export class ToldOwn implements OwnTrack {
  now: Own = atFirst([]);

  happens({ kind, fields }: TraceEvent): void {
    switch (kind) {
      case "role":
        this.now = { ...this.now, role: roleOf(fields), term: fields.number("term") };
        return;
      case "status":
        this.now = this.#told(fields);
        return;
      case "crashed":
      case "failed":
        this.now = { ...this.now, ...atRest };
        return;
      case "wiped":
        this.now = atFirst([]);
        return;
      default:
    }
  }

  hears(): void {
    // What it makes of it, it says itself.
  }

  #told(fields: Fields): Own {
    const membership = {
      voters: fields.texts("voters"),
      outgoing: fields.texts("outgoing"),
      learners: fields.texts("learners"),
      ...(fields.flag("isFounding") ? { isFounding: true } : {}),
    };
    return {
      role: roleOf(fields),
      term: fields.number("term"),
      votedFor: fields.textIfAny("votedFor"),
      leader: fields.textIfAny("leader"),
      votes: fields.has("votes") ? fields.object("votes").flags() : {},
      membership: JSON.stringify(membership) === JSON.stringify(this.now.membership) ? this.now.membership : membership,
      transferTo: fields.textIfAny("transferTo"),
      isForgotten: fields.flag("isForgotten"),
    };
  }
}

/** In version 1 it has to be guessed from what a node hears and does; that its configuration changes is not known. */
export class GuessedOwn implements OwnTrack {
  now: Own;
  readonly #id: NodeId;

  constructor(id: NodeId, voters: readonly NodeId[]) {
    this.#id = id;
    this.now = atFirst(voters);
  }

  happens({ kind, fields }: TraceEvent): void {
    switch (kind) {
      case "opened":
        this.now = { ...this.now, role: "follower", term: Math.max(this.now.term, fields.number("term")) };
        return;
      case "role":
        return this.#changeRole(roleOf(fields), fields.number("term"));
      case "append":
        if (fields.has("hardState")) this.#saves(fields.object("hardState"));
        return;
      case "crashed":
      case "failed":
        this.now = { ...this.now, ...atRest };
        return;
      default:
    }
  }

  hears(from: NodeId, message: Fields): void {
    const { role, term, votes } = this.now;
    switch (message.text("type")) {
      case "append-entries":
      case "heartbeat":
      case "install-snapshot":
        if (message.number("term") >= term) this.now = { ...this.now, leader: from };
        return;
      case "request-vote-reply":
        if (role !== "candidate" && role !== "pre-candidate") return;
        this.now = { ...this.now, votes: { ...votes, [from]: message.flag("granted") } };
        return;
      default:
    }
  }

  #changeRole(role: Role, term: number): void {
    const votedFor = term > this.now.term ? undefined : this.now.votedFor;
    const leader = role === "leader" ? this.#id : undefined;
    const votes = role === "candidate" || role === "pre-candidate" ? { [this.#id]: true } : {};
    this.now = { ...this.now, role, term, votedFor, leader, votes };
  }

  #saves(hardState: Fields): void {
    this.now = { ...this.now, term: hardState.number("term"), votedFor: hardState.textIfAny("votedFor") };
  }
}
