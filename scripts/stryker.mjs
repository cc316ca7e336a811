// `npm run stryker`: StrykerJS mutates raft-core, and reports which mutants its directed tests do not notice.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { install, root, stream } from "./install.mjs";

// Fetched when it is asked for: nothing else needs it and the two hundred packages that come with it.
const STRYKER = "10.1.1";

await install();
const vitest = JSON.parse(readFileSync(join(root, "node_modules/vitest/package.json"), "utf8"));
const packages = [
  `@stryker-mutator/core@${STRYKER}`,
  `@stryker-mutator/vitest-runner@${STRYKER}`,
  `vitest@${vitest.version}`,
].flatMap((name) => ["-p", name]);
const args = ["-y", ...packages, "stryker", "run", ...process.argv.slice(2)];
process.exit(await stream("npx", args, { folder: "packages/raft-core" }));
