import { speedTable } from "./speed.ts";

console.log(await speedTable());
