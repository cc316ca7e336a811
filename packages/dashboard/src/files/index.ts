export { builtPage } from "./built-page.ts";
export type { BuiltPage, PageFile } from "./built-page.ts";
