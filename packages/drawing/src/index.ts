export { chineseDrawing } from "./i18n/chinese.ts";
export { englishDrawing } from "./i18n/english.ts";
export type { DrawingTexts } from "./i18n/english.ts";
export { languages, preferredLanguage } from "./i18n/language.ts";
export type { Language, Translation } from "./i18n/language.ts";
export { Legend } from "./legend.tsx";
export { Logs } from "./logs/logs.tsx";
export type { LogsProps } from "./logs/logs.tsx";
export { appearanceOf } from "./look/role-look.ts";
export type { Appearance } from "./look/role-look.ts";
export { openSettings } from "./look/settings.ts";
export type { Settings } from "./look/settings.ts";
export { onThemeChange, setTheme } from "./look/theme.ts";
export type { Theme } from "./look/theme.ts";
export type { Link } from "./ring/geometry.ts";
export { Ring } from "./ring/ring.tsx";
export type { RingProps } from "./ring/ring.tsx";
export { secondsText } from "./time/scale.ts";
export { TimeLine } from "./time/time-line.tsx";
export type { TimeLineProps } from "./time/time-line.tsx";
export type { ClusterView, CutView, FlightView } from "./view/cluster-view.ts";
export type {
  Condition,
  ElectionView,
  EntryView,
  FollowerView,
  LogView,
  MembershipView,
  NodeView,
  SnapshotView,
  Standing,
} from "./view/node-view.ts";
export type { MarkKind, TimeMark } from "./view/time-mark.ts";
