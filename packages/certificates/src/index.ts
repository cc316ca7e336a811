export { Authority } from "./authority.ts";
export type { Certificate, Wishes } from "./authority.ts";
