export { Dice } from "./dice.ts";
export { EventQueue } from "./event-queue.ts";
export type { Timed } from "./event-queue.ts";
export { Scheduler, eventKinds } from "./scheduler.ts";
export type { EventKind, ScheduledEvent } from "./scheduler.ts";
export { formatSeed, mustBeSeed, parseSeed, seedAfter, streamsOf } from "./seed.ts";
export type { Streams } from "./seed.ts";
