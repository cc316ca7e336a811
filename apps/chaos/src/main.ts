import { runCommandLine } from "./cli/command.ts";

process.exitCode = await runCommandLine(process.argv.slice(2), {
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`chaos: ${text}\n`),
  onStop(stop) {
    let times = 0;
    const onSignal = (): void => stop(++times);
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal).on("SIGHUP", onSignal);
    // Whoever started this has ended without a word, or passes on a Ctrl-C that has come here as well.
    process.on("disconnect", () => stop(Math.max(1, times)));
  },
});
if (process.connected) process.disconnect();
