import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/* Serves nothing, but writes and syncs a file again and again. Ends as it is told where that fails, or goes on. */

const [file = "", onError = ""] = process.argv.slice(2);
const everyMs = 10;

await mkdir(dirname(file), { recursive: true });
const handle = await open(file, "w");
process.send?.({ type: "serving" });
process.on("disconnect", () => process.exit(0));
for (;;) {
  try {
    await handle.writev([Buffer.from("abc")], 0);
    await handle.datasync();
  } catch {
    if (onError !== "goes on") process.exit(Number(onError));
  }
  await pause(everyMs);
}
