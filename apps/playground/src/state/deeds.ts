import type { Link } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { AppState } from "./app-state.ts";

/**
 * Writes a value that nobody has written yet, by way of the leader, or of the selected node where there is none. Says so
 * if nothing comes of it.
 */
export async function propose(app: AppState): Promise<void> {
  const world = app.world.peek();
  const via = world.leader ?? app.selected.peek() ?? world.ids[0];
  if (via === undefined) return;
  const refusal = await app.act({ type: "put", via, key: "x", value: String(app.calls.peek().length + 1) });
  const call = app.calls.peek().at(-1);
  if (refusal !== undefined || call === undefined) return;
  const { tellAnswer } = await import("./tell-answer.ts");
  tellAnswer(app, call.id);
}

/** Cuts links in both directions; heals them where all of them are cut already. */
export async function cutOrHeal(app: AppState, links: readonly Link[]): Promise<void> {
  const { cuts } = app.view.peek();
  const isCut = (from: NodeId, to: NodeId): boolean => cuts.some((cut) => cut.from === from && cut.to === to);
  const open = links.filter(({ a, b }) => !isCut(a, b) || !isCut(b, a));
  const [type, chosen] = open.length > 0 ? (["cut", open] as const) : (["heal", links] as const);
  for (const { a, b } of chosen) await app.act({ type, from: a, to: b, both: true });
}

/** From open to cut in one direction, then in the other, then in both, and open again. */
export async function turnLink(app: AppState, { a, b }: Link): Promise<void> {
  const { cuts } = app.view.peek();
  const isCut = (from: NodeId, to: NodeId): boolean => cuts.some((cut) => cut.from === from && cut.to === to);
  const [ab, ba] = [isCut(a, b), isCut(b, a)];
  if (ab && ba) await app.act({ type: "heal", from: a, to: b, both: true });
  else if (ab) {
    await app.act({ type: "heal", from: a, to: b });
    await app.act({ type: "cut", from: b, to: a });
  } else await app.act({ type: "cut", from: a, to: b });
}

/** What a key does to the selected node. */
export async function toNode(app: AppState, what: "kill" | "pause" | "election" | "compact"): Promise<void> {
  const node = app.view.peek().nodes.find(({ id }) => id === app.selected.peek());
  if (node === undefined) return;
  const { id, condition } = node;
  if (what === "election") await app.act({ type: "force-election", node: id });
  else if (what === "compact") await app.act({ type: "compact", node: id });
  else if (what === "pause") await app.act({ type: condition === "paused" ? "resume" : "pause", node: id });
  else await app.act({ type: condition === "down" || condition === "failed" ? "restart" : "kill", node: id });
}
