import type { Mode } from "./settings.ts";

type ModeName = Mode["type"];

/** The modes in which a setting has a meaning. What is not named here has one in all of them. */
const meanings = {
  scenario: ["servers"],
  clients: ["servers", "failover", "library"],
  connections: ["servers", "failover"],
  total: ["servers", "library", "core"],
  warmUp: ["servers", "failover", "library", "core"],
  valueSize: ["servers", "failover", "library", "core"],
  keys: ["servers", "failover"],
  nodes: ["servers", "failover"],
  turns: ["servers", "failover", "library", "core"],
  quick: ["growth"],
  part: ["growth"],
  dataSize: ["growth"],
  entries: ["growth"],
  rate: ["growth"],
  output: ["growth"],
} as const satisfies Readonly<Record<string, readonly ModeName[]>>;

/** What is wrong with a setting that was given and that the mode would ignore; undefined where there is none. */
export function ignoredIn(mode: ModeName, isGiven: (setting: string) => boolean): string | undefined {
  for (const [setting, modes] of Object.entries<readonly ModeName[]>(meanings)) {
    if (modes.includes(mode) || !isGiven(setting)) continue;
    const flag = `--${setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const known = modes.map(nameOf);
    const last = known.pop() ?? "";
    return `${flag} goes with ${known.length === 0 ? last : `${known.join(", ")} and ${last}`}, not with ${nameOf(mode)}`;
  }
  return undefined;
}

function nameOf(mode: ModeName): string {
  return mode === "servers" ? mode : `--${mode}`;
}
