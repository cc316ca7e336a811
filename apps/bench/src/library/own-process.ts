import { type LibraryLoad, measureOwnLibrary } from "./own-library.ts";

/** `node own-process.ts LOAD`: prints one `CallersResult` as JSON. A process for each turn, none warmer than the other. */
const load = JSON.parse(process.argv[2] ?? "{}") as LibraryLoad;
process.stdout.write(JSON.stringify(await measureOwnLibrary(load)));
