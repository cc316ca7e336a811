import { type CoreSettings, measureCoreAllocation } from "./measure-core.ts";

/** `node --expose-gc allocation-process.ts SETTINGS`: prints one `CoreAllocation` as JSON. */
const settings = JSON.parse(process.argv[2] ?? "{}") as CoreSettings;
process.stdout.write(JSON.stringify(measureCoreAllocation(settings)));
