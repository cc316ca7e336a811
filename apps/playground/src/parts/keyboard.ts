import { useEffect } from "preact/hooks";
import type { AppState } from "../state/app-state.ts";
import { doing } from "../state/doing.ts";

/** What a key does; the help lists the same table. */
export const shortcuts = {
  play: " ",
  stepForward: ".",
  stepBack: ",",
  slower: "[",
  faster: "]",
  propose: "v",
  kill: "k",
  pause: "z",
  election: "e",
  compact: "c",
  heal: "x",
  lessons: "l",
  share: "s",
  help: "?",
} as const;

export type Shortcut = keyof typeof shortcuts;

/** Keys that belong to what has the focus are left to it: text to what is typed into, the space bar to what it presses. */
function isItsOwn(key: string, target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement && target.type === "range") return false;
  if (target instanceof HTMLInputElement && target.type !== "checkbox") return true;
  if (target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return true;
  return key === " " && (target instanceof HTMLInputElement || target instanceof HTMLButtonElement);
}

export function useKeyboard(app: AppState): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isItsOwn(event.key, event.target)) return;
      if (document.querySelector("dialog[open]") !== null) return;
      if (press(app, event.key)) event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [app]);
}

/** Whether the key means anything. */
export function press(app: AppState, key: string): boolean {
  const digit = Number(key);
  if (Number.isInteger(digit) && digit > 0 && key !== " ") return app.selectAt(digit - 1);
  const name = (Object.keys(shortcuts) as Shortcut[]).find((shortcut) => shortcuts[shortcut] === key.toLowerCase());
  if (name === undefined) return false;
  perform(app, name);
  return true;
}

function perform(app: AppState, name: Shortcut): void {
  switch (name) {
    case "play":
      return app.player.toggle();
    case "stepForward":
      return void app.stepForward();
    case "stepBack":
      return void app.stepBack();
    case "slower":
      return app.player.faster(-1);
    case "faster":
      return app.player.faster(1);
    case "propose":
      return void doing(app, (deeds) => deeds.propose(app));
    case "heal":
      return void app.act({ type: "heal-all" });
    case "lessons":
      app.panel.value = "lesson";
      return;
    case "share":
      app.isShareOpen.value = true;
      return;
    case "help":
      app.isHelpOpen.value = true;
      return;
    default:
      return void doing(app, (deeds) => deeds.toNode(app, name));
  }
}
