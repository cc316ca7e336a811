import { Bench } from "./transport-bench.ts";
import type { TransportMedium } from "./transport-medium.ts";

export interface TransportCase {
  readonly name: string;
  readonly run: (medium: TransportMedium) => Promise<void>;
  /** What the medium lacks for the case to apply; undefined where it applies. */
  readonly missing?: (medium: TransportMedium) => string | undefined;
}

/** A case that happens in one place. */
export function inPlace(
  body: (bench: Bench, medium: TransportMedium) => Promise<void>,
): (medium: TransportMedium) => Promise<void> {
  return (medium) => Bench.run(medium, (bench) => body(bench, medium));
}
