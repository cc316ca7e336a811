import { formatSeed, streamsOf } from "../engine/seed.ts";
import type { Configuration } from "./configuration.ts";
import { type ConfigurationChoices, drawConfiguration } from "./draw-configuration.ts";
import { drawFaults } from "./draw-faults.ts";
import type { Fault } from "./fault.ts";
import { type Profile, faultTypesOf } from "./profile.ts";

/** A run before it runs: the seed, and all that was drawn from it up front. JSON, so that it can be kept. */
export interface Plan {
  readonly version: 1;
  /** 16 hexadecimal digits. What happens during the run (delays, torn bytes, what clients ask) is drawn from it. */
  readonly seed: string;
  readonly profile: Profile;
  readonly configuration: Configuration;
  readonly faults: readonly Fault[];
}

/** The plan of a seed. The same arguments give the same plan. */
export function drawPlan(seed: bigint, profile: Profile, choices: ConfigurationChoices = {}): Plan {
  const streams = streamsOf(seed);
  const configuration = drawConfiguration(streams, profile, choices);
  const types = faultTypesOf(profile, streams("topology", "faults"));
  const faults = drawFaults(streams, configuration, types);
  return { version: 1, seed: formatSeed(seed), profile, configuration, faults };
}
