import { type Lab, type WhyFact, whyRole } from "../../src/index.ts";

export const keys = (facts: readonly WhyFact[]): readonly string[] => facts.map(({ key }) => key);

/** Why a node of the lab is in its role. */
export const roleOf = (lab: Lab, id: string): readonly WhyFact[] => {
  return whyRole(lab.view(), id, { electionTimeoutMaxMs: lab.options.electionTimeoutMaxMs });
};
