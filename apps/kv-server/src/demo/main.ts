import { Demo } from "./demo.ts";
import { DemoError, parseDemoOptions } from "./options.ts";
import { preflight } from "./preflight.ts";

let signals = 0;

try {
  const options = parseDemoOptions(process.argv.slice(2));
  await preflight(options);
  const demo = new Demo(options, (line) => console.log(line));
  const onSignal = (): void => {
    signals += 1;
    if (signals > 1) demo.kill();
    else console.log("\nstopping …");
    demo.stop();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal).on("SIGHUP", onSignal);
  // Whoever started this has ended without a word.
  process.on("disconnect", () => demo.stop());
  await demo.run();
  process.exit(0);
} catch (error) {
  const message = error instanceof DemoError ? error.message : String(error instanceof Error ? error.stack : error);
  console.error(`quorate: ${message}`);
  process.exit(1);
}
