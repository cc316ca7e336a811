import { RunDirectory } from "../../src/cli/run-directory.ts";

/* Begins a run's directory, says where, and waits to be killed. */

const { path } = await RunDirectory.create();
process.send?.(path);
process.on("disconnect", () => process.exit(0));
