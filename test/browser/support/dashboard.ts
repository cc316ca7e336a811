import { buildDashboard } from "../../../scripts/dashboard.mjs";
import { inProduction } from "./production.ts";

/** Builds the page that servers serve, unless it is there. */
export function provideDashboard(): Promise<void> {
  return inProduction(buildDashboard);
}
