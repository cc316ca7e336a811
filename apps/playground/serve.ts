import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, preview } from "vite";

const { values } = parseArgs({
  options: { host: { type: "string" }, port: { type: "string" }, help: { type: "boolean" } },
});
if (values.help === true) {
  console.log("npm run playground -- [--port 4173] [--host 127.0.0.1]\n\nBuilds the playground and serves it.");
  process.exit(0);
}

const configFile = join(import.meta.dirname, "vite.config.ts");
await build({ configFile, logLevel: "error" });
const server = await preview({
  configFile,
  logLevel: "error",
  preview: { host: values.host ?? "127.0.0.1", port: Number(values.port ?? 4173) },
});
const [address] = server.resolvedUrls?.local ?? server.resolvedUrls?.network ?? [];
console.log(`The playground is at ${address} (Ctrl-C stops it)`);

// Whoever started this holds the other end.
process.on("disconnect", () => {
  void server.close().finally(() => process.exit(0));
});
