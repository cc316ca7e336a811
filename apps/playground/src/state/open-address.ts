import { effect } from "@preact/signals";
import { type Address, addressOf, fragmentOf } from "./address.ts";
import type { AppState } from "./app-state.ts";
import { World } from "./world.ts";

/** How long nothing must have changed before the address follows. */
const SETTLE_MS = 400;

/** The cluster that an address asks for. A session stands still where it was left. Throws where the session is none. */
export async function worldOf({ session, start }: Address): Promise<World> {
  if (session === undefined) return World.open(start);
  const { openSession } = await import("../share/session-link.ts");
  return openSession(session);
}

/** Keeps the page's address a link to what is shown, and follows where the reader changes it. */
export function followAddress(app: AppState): void {
  let own = location.hash;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = async (): Promise<void> => {
    const session = app.world.peek().session();
    if (session === undefined) return;
    const { linkText } = await import("../share/session-link.ts");
    own = fragmentOf(await linkText(session));
    history.replaceState(null, "", own);
  };
  effect(() => {
    const isTouched = app.world.value.revision.value > 0;
    if (!isTouched || app.player.isPlaying.value) return;
    void app.world.value.step.value;
    clearTimeout(timer);
    timer = setTimeout(() => void write(), SETTLE_MS);
  });
  addEventListener("hashchange", () => {
    if (location.hash === own) return;
    own = location.hash;
    void openFragment(app, location.hash);
  });
}

/** Shows what a fragment asks for, or says why it cannot. */
export async function openFragment(app: AppState, fragment: string): Promise<void> {
  const address = addressOf(fragment);
  try {
    const world = await worldOf(address);
    app.replace(world);
    if (address.session !== undefined) {
      app.player.pause();
      void arrive(app, world);
    }
    if (address.lesson !== undefined) {
      await app.openLesson(address.lesson);
      if (app.lesson.peek() === undefined) throw new TypeError(`there is no lesson "${address.lesson}"`);
    }
  } catch (error) {
    tell(app, error);
  }
}

/** A session may be long: it is played up to its end while the page is there already. */
async function arrive(app: AppState, world: World): Promise<void> {
  try {
    await world.arrive();
  } catch (error) {
    tell(app, error);
  }
}

function tell(app: AppState, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  app.notice.value = { text: app.texts.peek().badLink(reason), isBad: true };
}
