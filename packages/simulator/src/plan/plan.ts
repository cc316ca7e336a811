import { formatSeed, mustBeSeed, streamsOf } from "@quorate/virtual-time";
import type { Invariant } from "../invariants/violation.ts";
import { checkChoices } from "./choice-limits.ts";
import { type Configuration, machinesOf } from "./configuration.ts";
import { type ConfigurationChoices, drawConfiguration } from "./draw-configuration.ts";
import { drawChanges } from "./draw-changes.ts";
import { drawFaults } from "./draw-faults.ts";
import { drawFeatures } from "./features.ts";
import type { Fault } from "./fault.ts";
import { type Outsider, drawOutsiders } from "./outsider.ts";
import { type Profile, besidesPartitions, faultTypesOf } from "./profile.ts";

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
  const types = faultTypesOf(profile, streams("topology", "faults"));
  const hasRot = types.includes("bit-rot");
  const features = drawFeatures(streams("features"), hasRot ? "rot" : profile);
  const configuration = drawConfiguration(streams, { profile, choices, features });
  const hasRivals = features.rivals && configuration.node.raft.leaseDriftMax !== undefined;
  const kept = hasRivals ? besidesPartitions(types, streams("topology", "rivals")) : types;
  const mishaps = drawFaults(streams, { ...configuration, nodes: machinesOf(configuration) }, kept);
  const changes = drawChanges(streams, configuration);
  const faults = [...mishaps, ...changes].toSorted((a, b) => a.atMs - b.atMs);
  // Whoever refuses to go on because its data has rotted is outside already; and one that never leads may be the only
  // one of a bare majority that could.
  const isWhole = profile !== "calm" && !hasRot && !configuration.priorities.includes(0);
  const outsiders = isWhole ? drawOutsiders(streams("topology", "outsiders"), configuration) : [];
  return { version: 1, seed: formatSeed(seed), profile, configuration, faults, outsiders };
}
