import { Command, CommanderError } from "commander";
import { type DataReport, type ReadOnlyFileSystem, examine } from "./examine.ts";
import { inspectionJson, verdictJson } from "./json.ts";
import { inspectionText, verdictText } from "./text.ts";

export interface Surroundings {
  readonly fileSystem: ReadOnlyFileSystem;
  readonly version: string;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** What a process ends with. */
export const EXIT = { fine: 0, damaged: 1, cannotSay: 2 } as const;

interface Shape {
  text(report: DataReport): string;
  json(report: DataReport): string;
}

const INSPECTION: Shape = { text: inspectionText, json: inspectionJson };
const VERDICT: Shape = { text: verdictText, json: verdictJson };

/** Runs a command line and resolves with the exit code; every problem is told in words. */
export async function runCommand(commandLine: readonly string[], surroundings: Surroundings): Promise<number> {
  const { fileSystem, version, print, complain } = surroundings;
  let exitCode: number = EXIT.fine;
  const show = async (directory: string, { json }: { readonly json?: true }, shape: Shape): Promise<DataReport> => {
    const report = await examine(directory, fileSystem);
    print(json === true ? shape.json(report) : shape.text(report));
    return report;
  };
  const program = new Command("quorate-wal")
    .description("Explains and verifies what a node keeps on disk. Changes nothing; best while the node is stopped.")
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: (text) => complain(text.trimEnd()) });
  program
    .command("inspect <directory>")
    .description("tell what is there: term and vote, entries, segments, snapshots, damage")
    .option("--json", "for programs")
    .action(async (directory: string, options: { json?: true }) => {
      await show(directory, options, INSPECTION);
    });
  program
    .command("verify <directory>")
    .description("read every byte; exit code 0 if a node can start on it, 1 if it is damaged, 2 if it cannot be read")
    .option("--json", "for programs")
    .action(async (directory: string, options: { json?: true }) => {
      const { verdict } = await show(directory, options, VERDICT);
      if (verdict === "damaged") exitCode = EXIT.damaged;
    });
  try {
    await program.parseAsync([...commandLine], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.cannotSay;
    complain(error instanceof Error ? error.message : String(error));
    return EXIT.cannotSay;
  }
}
