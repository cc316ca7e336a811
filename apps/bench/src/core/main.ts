import { parseArgs } from "node:util";
import { describeCore, measureCore } from "./core-command.ts";

/** The core alone, without the rest of the bench; made to be run under a profiler: `node --cpu-prof core/main.ts`. */
const { values } = parseArgs({
  options: {
    total: { type: "string", default: "1000000" },
    "warm-up": { type: "string", default: "200000" },
    batch: { type: "string", default: "64" },
    "value-size": { type: "string", default: "256" },
  },
});
const result = await measureCore({
  total: Number(values.total),
  warmUp: Number(values["warm-up"]),
  batch: Number(values.batch),
  valueSizeBytes: Number(values["value-size"]),
});
process.stdout.write(`${describeCore(result)}\n`);
