import { posix } from "node:path";
import { type Workspace, read } from "./workspace.ts";

/** The folders that a tsconfig.json refers to, relative to the root. */
export function referencesOf(path: string, text: string): readonly string[] {
  const configuration: { readonly references?: readonly { readonly path: string }[] } = JSON.parse(text);
  return (configuration.references ?? []).map((reference) => posix.join(posix.dirname(path), reference.path));
}

/** Packages that a root configuration does not refer to, so that `tsc -b` would pass them over. */
export function rootReferenceViolations(path: string, text: string, all: readonly Workspace[]): readonly string[] {
  const references = referencesOf(path, text);
  return all
    .filter((workspace) => !references.includes(workspace.folder))
    .map((workspace) => `${path} has no reference to ${workspace.folder}`);
}

/** Where the references of a package and the packages that it depends on differ: builds would come in a wrong order. */
export function referenceViolations(
  workspace: Workspace,
  all: readonly Workspace[],
  text: string = read(`${workspace.folder}/tsconfig.json`),
): readonly string[] {
  const path = `${workspace.folder}/tsconfig.json`;
  const references = referencesOf(path, text);
  const needed = all
    .filter((other) => (other.manifest.name ?? "") in (workspace.manifest.dependencies ?? {}))
    .map((other) => other.folder);
  return [
    ...needed.filter((folder) => !references.includes(folder)).map((folder) => `${path} has no reference to ${folder}`),
    ...references
      .filter((folder) => !needed.includes(folder))
      .map((folder) => `${path} refers to ${folder} for nothing`),
  ];
}
