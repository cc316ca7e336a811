import type { AppState } from "./app-state.ts";
import type * as Deeds from "./deeds.ts";

/** Does one of the deeds, which are fetched when somebody does something for the first time. */
export async function doing(app: AppState, what: (deeds: typeof Deeds) => Promise<void>): Promise<void> {
  try {
    await what(await import("./deeds.ts"));
  } catch (error) {
    app.notice.value = { text: String(error), isBad: true };
  }
}
