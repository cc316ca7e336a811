import { type CoreSettings, measureCoreSpeed } from "./measure-core.ts";

/**
 * `node speed-process.ts [SETTINGS]`: prints one `CoreSpeed` as JSON. To be run under a profiler, too:
 * `node --cpu-prof apps/bench/src/core/speed-process.ts`.
 */
const asked = JSON.parse(process.argv[2] ?? "{}") as Partial<CoreSettings>;
const settings = { total: 5_000_000, warmUp: 200_000, batch: 64, valueBytes: 256, ...asked };
process.stdout.write(`${JSON.stringify(measureCoreSpeed(settings))}\n`);
