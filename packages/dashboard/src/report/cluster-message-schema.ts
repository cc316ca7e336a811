import * as z from "zod/mini";
import type { ClusterMessage, EventKind } from "./cluster-message.ts";
import { nodeReportSchema } from "./node-report-schema.ts";

const id = z.string().check(z.minLength(1), z.maxLength(64));

const kinds: Readonly<Record<EventKind, true>> = {
  started: true,
  stopping: true,
  "pre-vote": true,
  election: true,
  leader: true,
  "stepped-down": true,
  transfer: true,
  membership: true,
  "snapshot-taken": true,
  "snapshot-installed": true,
  "snapshot-sending": true,
  "snapshot-sent": true,
  "snapshot-receiving": true,
  "snapshot-failed": true,
  "slow-disk": true,
  stall: true,
  failed: true,
  forgotten: true,
  unreachable: true,
  reachable: true,
};

const kind = z.enum(Object.keys(kinds) as EventKind[]);

const values = z.record(z.string().check(z.maxLength(64)), z.union([z.string().check(z.maxLength(4096)), z.number()]));

const event = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(128)),
  // What a Date can hold.
  atMs: z.number().check(z.nonnegative(), z.maximum(8.64e15 / 2)),
  node: id,
  kind,
  values,
});

/** Reads one message of the stream. One that it does not accept is of another version: its reader passes it over. */
export const clusterMessageSchema: z.ZodMiniType<ClusterMessage> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("node"), report: nodeReportSchema }),
  z.object({
    type: z.literal("unreachable"),
    id,
    since: z.number(),
    reason: z.enum(["gone", "silent", "unreadable"]),
  }),
  z.object({ type: z.literal("event"), event }),
]);
