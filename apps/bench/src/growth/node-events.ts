import { EventSourceParserStream } from "eventsource-parser/stream";
import { z } from "zod";

/** Something that a node has seen, as far as it is counted here. */
export interface NodeEvent {
  readonly kind: string;
  /** On the machine's clock. */
  readonly atMs: number;
  /** Of what it was about, like a snapshot; undefined where nothing is said of that. */
  readonly bytes?: number | undefined;
}

/** Of all of them. */
export function bytesOf(events: readonly NodeEvent[]): number {
  return events.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
}

const messageSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("event"),
    event: z
      .object({ kind: z.string(), atMs: z.number(), values: z.object({ bytes: z.number().optional() }).optional() })
      .transform(({ kind, atMs, values }): NodeEvent => ({ kind, atMs, bytes: values?.bytes })),
  }),
  z.object({ type: z.literal("node") }),
  z.object({ type: z.literal("unreachable") }),
]);

const TIMEOUT_MS = 5000;

/**
 * What a node has seen lately: it keeps its last 200 events, and they come before its second report does. Rejects where it
 * says nothing for some seconds.
 */
export async function eventsOf(url: string): Promise<readonly NodeEvent[]> {
  const { body } = await fetch(`${url}/v1/events?scope=node`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (body === null) throw new Error(`${url}/v1/events has no body`);
  const events: NodeEvent[] = [];
  let reports = 0;
  for await (const { data } of body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())) {
    const message = messageSchema.parse(JSON.parse(data));
    if (message.type === "event") events.push(message.event);
    if (message.type === "node") reports += 1;
    if (reports === 2) break;
  }
  return events;
}
