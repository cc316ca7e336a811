export { brokenScripts, earlyAcknowledgement, equalTimeouts, forgottenVote, noPreVote } from "./broken.ts";
export type { BrokenScript } from "./broken.ts";
export { figure7 } from "./figure-7.ts";
export { FIGURE_8_INDEX, figure8, figure8e } from "./figure-8.ts";
export { entryAt, leads, nodeIn, termsOf } from "./look.ts";
export { playScript, playStep } from "./script.ts";
export type { Script, ScriptStep } from "./script.ts";
