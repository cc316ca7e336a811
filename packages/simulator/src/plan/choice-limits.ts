import type { ConfigurationChoices } from "./draw-configuration.ts";
import { type Profile, profiles } from "./profile.ts";

/** The most that can be chosen; the least is 1. */
export const choiceLimits: Readonly<Record<keyof ConfigurationChoices, number>> = {
  nodes: 9,
  clients: 100,
  durationMs: 3_600_000,
};

/** Refuses with a TypeError what no plan can be drawn for. */
export function checkChoices(profile: Profile, choices: ConfigurationChoices): void {
  if (!profiles.includes(profile)) {
    throw new TypeError(`profile is ${JSON.stringify(profile)}, but must be one of ${profiles.join(", ")}`);
  }
  for (const name of ["nodes", "clients", "durationMs"] as const) {
    const value = choices[name];
    if (value === undefined) continue;
    if (Number.isSafeInteger(value) && value >= 1 && value <= choiceLimits[name]) continue;
    throw new TypeError(`${name} is ${value}, but must be an integer from 1 to ${choiceLimits[name]}`);
  }
}
