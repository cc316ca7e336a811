export { openSettings } from "./state/settings.ts";
