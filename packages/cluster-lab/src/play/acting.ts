import type { actionOf, perform } from "./perform.ts";

/** What is done with actions: a cluster runs without it until somebody acts, so a page fetches it then. */
export interface Acting {
  readonly actionOf: typeof actionOf;
  readonly perform: typeof perform;
}

let fetched: Acting | undefined;

/** Virtual time stands still while it is fetched, so no history depends on when that is. */
export async function acting(): Promise<Acting> {
  fetched ??= await import("./perform.ts");
  return fetched;
}
