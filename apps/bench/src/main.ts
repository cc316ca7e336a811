import { runCommandLine } from "./cli/command.ts";

process.exitCode = await runCommandLine(process.argv.slice(2), {
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`bench: ${text}\n`),
  onStop(stop) {
    process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", stop);
    // Whoever started this has ended without a word, or passes on a Ctrl-C that has come here as well.
    process.on("disconnect", stop);
  },
});
if (process.connected) process.disconnect();
