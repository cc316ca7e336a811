import { buildDashboard } from "../../../scripts/dashboard.mjs";

/** Builds the page that servers serve, unless it is there; as it is published, whatever Vitest says of the environment. */
export async function provideDashboard(): Promise<void> {
  const { NODE_ENV } = process.env;
  process.env["NODE_ENV"] = "production";
  await buildDashboard();
  process.env["NODE_ENV"] = NODE_ENV;
}
