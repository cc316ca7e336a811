import { formatSeed, mustBeSeed, streamsOf } from "@quorate/virtual-time";
import type { Invariant } from "../invariants/violation.ts";
import { checkChoices } from "./choice-limits.ts";
import type { Configuration } from "./configuration.ts";
import { type ConfigurationChoices, drawConfiguration } from "./draw-configuration.ts";
import { drawFaults } from "./draw-faults.ts";
import type { Fault } from "./fault.ts";
import { type Outsider, drawOutsiders } from "./outsider.ts";
import { type Profile, faultTypesOf } from "./profile.ts";

/** A run before it runs: the seed, and all that was drawn from it up front. JSON, so that it can be kept. */
export interface Plan {
  readonly version: 1;
  /** 16 hexadecimal digits. What happens during the run (delays, torn bytes, what clients ask) is drawn from it. */
  readonly seed: string;
  readonly profile: Profile;
  readonly configuration: Configuration;
  readonly faults: readonly Fault[];
  /** A minority. When the faults are over, the other nodes are healed first, and have to work by themselves. */
  readonly outsiders: readonly Outsider[];
  /** Of a plan that is kept: what it led to when it was found. */
  readonly found?: Found;
}

/** What a plan has led to. */
export interface Found {
  readonly invariant: Invariant;
  /** What was wrong with the code, or, as long as nobody knows, with the run. */
  readonly fault: string;
  /** Where that was. */
  readonly file?: string;
}

/** The plan of a seed. The same arguments give the same plan. Arguments that cannot be met are refused with a TypeError. */
export function drawPlan(seed: bigint, profile: Profile, choices: ConfigurationChoices = {}): Plan {
  mustBeSeed(seed);
  checkChoices(profile, choices);
  const streams = streamsOf(seed);
  const configuration = drawConfiguration(streams, profile, choices);
  const types = faultTypesOf(profile, streams("topology", "faults"));
  const faults = drawFaults(streams, configuration, types);
  // Whoever refuses to go on because its data has rotted is outside already.
  const isWhole = profile !== "calm" && !types.includes("bit-rot");
  const outsiders = isWhole ? drawOutsiders(streams("topology", "outsiders"), configuration) : [];
  return { version: 1, seed: formatSeed(seed), profile, configuration, faults, outsiders };
}
