import { join } from "node:path";
import { build } from "vite";
import { inProduction } from "../browser/support/production.ts";
import { root } from "../tidy/workspace.ts";

/** What is served of the page that is built in `folder`, by name. Nothing is written. */
export async function builtFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const configFile = join(root, folder, "vite.config.ts");
  const built = await inProduction(() => build({ configFile, logLevel: "silent", build: { write: false } }));
  if (!("output" in built)) throw new Error("not one bundle");
  return new Map(
    built.output.map((file) => {
      const text = file.type === "chunk" ? file.code : file.source;
      return [file.fileName, typeof text === "string" ? text : new TextDecoder().decode(text)];
    }),
  );
}
