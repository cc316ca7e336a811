export { examine } from "./examine.ts";
export type { DataReport, ReadOnlyFileSystem, Verdict } from "./examine.ts";
