import type { Message } from "@quorate/raft-core";
import type { FlightView } from "../view/cluster-view.ts";

export type MessageShape = "circle" | "small" | "diamond" | "square" | "triangle" | "star";

/** How a message is drawn. The name of the colour is that of a variable of theme.css. */
export interface MessageLook {
  readonly color: `--message-${string}`;
  readonly shape: MessageShape;
  /** An answer is drawn as an outline. */
  readonly hollow: boolean;
  /** An answer that refuses is crossed out. */
  readonly refused: boolean;
}

/** The outline of each shape around (0, 0), for SVG and canvas alike. */
export const messagePaths: Readonly<Record<MessageShape, string>> = {
  circle: "M6 0 A6 6 0 1 1 -6 0 A6 6 0 1 1 6 0 Z",
  small: "M4 0 A4 4 0 1 1 -4 0 A4 4 0 1 1 4 0 Z",
  diamond: "M0 -7 L7 0 L0 7 L-7 0 Z",
  square: "M-6 -6 H6 V6 H-6 Z",
  triangle: "M0 -7 L6.5 5 L-6.5 5 Z",
  star: "M0 -8 L2 -2.5 L7.6 -2.5 L3.2 1 L4.7 6.5 L0 3.2 L-4.7 6.5 L-3.2 1 L-7.6 -2.5 L-2 -2.5 Z",
};

type Kind = Pick<MessageLook, "color" | "shape" | "hollow">;

const question = (color: string, shape: MessageShape): Kind => ({ color: `--message-${color}`, shape, hollow: false });
const answer = (color: string, shape: MessageShape): Kind => ({ color: `--message-${color}`, shape, hollow: true });

const KINDS: Readonly<Record<Message["type"], Kind>> = {
  "request-vote": question("vote", "diamond"),
  "request-vote-reply": answer("vote", "diamond"),
  "append-entries": question("append", "circle"),
  "append-entries-reply": answer("append", "circle"),
  heartbeat: question("heartbeat", "small"),
  "heartbeat-reply": answer("heartbeat", "small"),
  "install-snapshot": question("snapshot", "square"),
  "install-snapshot-reply": answer("snapshot", "square"),
  "read-index": question("read", "triangle"),
  "read-index-reply": answer("read", "triangle"),
  "timeout-now": question("transfer", "star"),
  disowned: question("disowned", "star"),
};

export const messageTypes: readonly Message["type"][] = Object.keys(KINDS) as Message["type"][];

const REFUSALS = new Set(["granted", "accepted"]);

export function lookOfType(type: Message["type"]): MessageLook {
  return { ...KINDS[type], refused: false };
}

export function lookOf({ type, fields }: Pick<FlightView, "type" | "fields">): MessageLook {
  return { ...KINDS[type], refused: fields.some(([name, value]) => REFUSALS.has(name) && value === "false") };
}
