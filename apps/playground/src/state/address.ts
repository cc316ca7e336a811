import type { NewLab } from "@quorate/cluster-lab";
import { type Language, type Theme, languages } from "@quorate/drawing";

/** What a cluster begins with where the address says nothing else: paced for watching. */
export const startOptions = { seed: "1", nodes: 5, options: { delayMinMs: 15, delayMaxMs: 35 } } as const;

/** What the fragment of the page's address says: `#seed=2a&nodes=5`, `#session=1.q1ZK…`, `#lesson=replication`. */
export interface Address {
  readonly start: NewLab;
  /** As text; instead of `start`. */
  readonly session: string | undefined;
  readonly lesson: string | undefined;
  readonly language: Language | undefined;
  readonly theme: Theme | undefined;
}

const SEED = /^[0-9a-f]{1,16}$/;
const NODES_MAX = 7;
const themes: readonly Theme[] = ["light", "dark"];

/** Reads a fragment; what means nothing in it is passed over. */
export function addressOf(fragment: string): Address {
  const values = new URLSearchParams(fragment.replace(/^#/, ""));
  const seed = values.get("seed")?.toLowerCase() ?? "";
  const nodes = Number(values.get("nodes") ?? startOptions.nodes);
  return {
    start: {
      ...startOptions,
      seed: SEED.test(seed) ? seed : startOptions.seed,
      nodes: Number.isInteger(nodes) && nodes >= 1 && nodes <= NODES_MAX ? nodes : startOptions.nodes,
    },
    session: values.get("session") ?? undefined,
    lesson: values.get("lesson") ?? undefined,
    language: languages.find((language) => language === values.get("lang")),
    theme: themes.find((theme) => theme === values.get("theme")),
  };
}

/** The fragment of a link to a session. */
export function fragmentOf(session: string): string {
  return `#session=${session}`;
}
