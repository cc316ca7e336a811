import type { Invariant } from "../../src/index.ts";
import type { ObservedCluster } from "./observed-cluster.ts";

/** A history that no cluster of correct nodes has. */
export interface Control {
  readonly name: string;
  readonly by: Invariant;
  /** What must be no violation before. */
  before?(cluster: ObservedCluster): void;
  readonly wrong: (cluster: ObservedCluster) => void;
}
