import type { Scheduler, Streams } from "@quorate/virtual-time";
import type { Checks } from "../invariants/checks.ts";
import type { Knowledge } from "../invariants/observer.ts";
import type { SimulatedNetwork } from "../network/simulated-network.ts";
import type { Configuration } from "../plan/configuration.ts";
import type { Trace } from "../trace/trace.ts";
import type { Hooks } from "./hooks.ts";

/** What everything in a run shares. */
export interface World {
  readonly configuration: Configuration;
  readonly scheduler: Scheduler;
  readonly streams: Streams;
  readonly trace: Trace;
  readonly network: SimulatedNetwork;
  readonly knowledge: Knowledge;
  readonly checks: Checks;
  readonly hooks: Hooks;
}
