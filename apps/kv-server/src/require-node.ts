import { objectionTo } from "./node-version.ts";

// To be imported before anything else: under an older Node what else is imported fails while it loads, without saying why.
const objection = objectionTo(process.versions.node);
if (objection !== undefined) {
  process.stderr.write(`${objection}\n`);
  process.exit(1);
}
