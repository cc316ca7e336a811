import { Entry } from "@quorate/raft-core";
import { openLog } from "./temporary-directory.ts";

/** Run as a process of its own: appends without end, saying on a line what has become durable, until it is killed. */
const storage = await openLog(process.argv[2] ?? "", { segmentBytes: 20_000 });
let { lastIndex } = await storage.load();
const term = (await storage.load()).hardState.term + 1;
await storage.append({ hardState: { term, votedFor: `pid ${process.pid}` }, entries: [] });
console.log(`term ${term}`);
for (;;) {
  const writes = [1, 2, 3].map((offset) => {
    const index = lastIndex + offset;
    return storage.append({ entries: [new Entry(index, term, "command", Buffer.from(`value ${index}`))] });
  });
  lastIndex += writes.length;
  await Promise.all(writes);
  console.log(`durable ${lastIndex}`);
}
