import { readFileSync } from "node:fs";

/** Of this package. */
export const version: string = versionIn(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

function versionIn(manifest: string): string {
  const { version: found } = JSON.parse(manifest) as { readonly version: string };
  return found;
}
