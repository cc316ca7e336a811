export { faultIn } from "./walk.ts";
export type { Shape } from "./walk.ts";
