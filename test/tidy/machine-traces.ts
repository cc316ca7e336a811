import { dirname } from "node:path";
import { lineOf } from "./source-text.ts";

const HOME = /(?<![\w.-])\/(?:home|Users)\/[\w.-]+\/|\b[A-Z]:\\Users\\/g;
const REGISTRY = /\bregistry\.[\w-]+\.\w+|\btarball:\s*https?:|^\s*(?:@\w+:)?registry\s*=|_auth[T]oken\b/gm;

/** Traces that the machine of whoever wrote a file left in it: where it was checked out, homes, package registries. */
export function machineTraces(path: string, text: string, checkout: string): readonly string[] {
  const found = [...text.matchAll(HOME), ...text.matchAll(REGISTRY), ...text.matchAll(pathsOf(checkout))];
  return found.map((match) => `${path}:${lineOf(text, match.index)}: ${match[0].trim()}`);
}

/** The checkout and, unless that is the root of the file system, anything in the folder around it. */
function pathsOf(checkout: string): RegExp {
  const around = dirname(checkout) === "/" ? checkout : `${dirname(checkout)}/`;
  return new RegExp(`(?<![\\w.-])${around.replaceAll(/[^\w/]/g, "\\$&")}`, "g");
}
