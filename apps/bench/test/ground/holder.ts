import { Children } from "../../src/ground/children.ts";

// Says the ids of two processes that it has started, and waits to be killed.
const children = new Children();
const started = ["600", "601"].map((seconds) => children.start("sleep", [seconds], { stdio: "ignore" }).child.pid);
process.stdout.write(`${JSON.stringify(started)}\n`);
setInterval(() => undefined, 1000);
