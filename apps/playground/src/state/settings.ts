import { type Settings, openSettings as openSettingsOf } from "@quorate/drawing";

export type { Settings } from "@quorate/drawing";

export function openSettings(): Settings {
  return openSettingsOf("quorate-playground");
}
