import { z } from "zod";
import type { NodePlace } from "./layout.ts";

const statusSchema = z.object({ role: z.string(), term: z.number() });

/** What a node says of itself; `down` where it says nothing. */
export interface NodeView {
  readonly place: NodePlace;
  readonly role: string;
  readonly term: number;
}

export async function viewOf(place: NodePlace): Promise<NodeView> {
  try {
    const response = await fetch(`${place.url}/v1/status`, { signal: AbortSignal.timeout(1000) });
    return { place, ...statusSchema.parse(await response.json()) };
  } catch {
    return { place, role: "down", term: 0 }; // Whatever the reason, for a display it is the same.
  }
}

/** The leader of the latest term: one that was cut off may still believe in an earlier one. */
export function leaderAmong(views: readonly NodeView[]): NodeView | undefined {
  return views.filter((view) => view.role === "leader").toSorted((a, b) => b.term - a.term)[0];
}
