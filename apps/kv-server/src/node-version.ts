/** What the dependencies of this program need; the manifest says the same. */
export const nodeMajorMin = 22;

/** Why a Node of this version cannot run the server; undefined where it can. */
export function objectionTo(nodeVersion: string): string | undefined {
  if (Number(nodeVersion.split(".")[0]) >= nodeMajorMin) return undefined;
  return `quorate-server: Node ${nodeVersion} is too old: it needs Node ${nodeMajorMin} or later`;
}
