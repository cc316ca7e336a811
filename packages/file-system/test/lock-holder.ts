import { createInterface } from "node:readline";
import { nodeFileSystem } from "../src/index.ts";

/** Run as a process of its own: tries to take the lock for every line it is sent, says how that ended, and lives on. */
const path = process.argv[2] ?? "";
console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) {
  try {
    await nodeFileSystem.lock(path);
    console.log("held");
  } catch (error) {
    console.log(error instanceof Error && "code" in error ? String(error.code) : "failed");
  }
}
