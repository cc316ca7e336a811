import type { Entry, NodeId } from "@quorate/raft-core";

/** What passes a node's ports, or happens to it, as far as an invariant may want to know. */
export type Observation =
  /** It asks for votes in a new term; `transfer`: because the leader wants it to. */
  | { readonly type: "campaigns"; readonly node: NodeId; readonly term: number; readonly transfer: boolean }
  /** It tells that it has voted. */
  | { readonly type: "votes"; readonly node: NodeId; readonly term: number; readonly candidate: NodeId }
  /** It is the leader, or acts as one. */
  | { readonly type: "leads"; readonly node: NodeId; readonly term: number; readonly isNew: boolean }
  /** It is the leader of `ledTerm` no more, and in `term` now. */
  | { readonly type: "yields"; readonly node: NodeId; readonly ledTerm: number; readonly term: number }
  /** It hears a leader. */
  | { readonly type: "hears"; readonly node: NodeId; readonly leader: NodeId; readonly term: number }
  /** It asks its storage to write entries: its record does not have them yet. */
  | { readonly type: "appends"; readonly node: NodeId; readonly entries: readonly Entry[] }
  /** The same, when its record has them. */
  | { readonly type: "appended"; readonly node: NodeId; readonly entries: readonly Entry[] }
  /** Its storage has called a write durable; its record knows it. */
  | { readonly type: "durable"; readonly node: NodeId }
  /** It knows entries as committed; its record has them. The committed log may not have them yet. */
  | { readonly type: "commits"; readonly node: NodeId; readonly index: number; readonly term: number }
  /** The committed log has them, too. */
  | { readonly type: "committed"; readonly node: NodeId; readonly index: number }
  | { readonly type: "applies"; readonly node: NodeId; readonly index: number; readonly command: Uint8Array }
  /** Its process has died, and its record is what the disk holds. */
  | { readonly type: "crashed"; readonly node: NodeId }
  /** It begins a life. */
  | { readonly type: "started"; readonly node: NodeId }
  /** Its clock leaps ahead: whatever it heard was long ago. */
  | { readonly type: "leaps"; readonly node: NodeId }
  /** An action other than a client's: circumstances are others now. */
  | { readonly type: "disturbed" }
  /** A step is over. */
  | { readonly type: "stepped" };
