import { Command, CommanderError, InvalidArgumentError } from "commander";

export interface DemoOptions {
  readonly nodes: number;
  readonly data: string;
  /** The first node's; the others follow upwards. */
  readonly clientPort: number;
  readonly peerPort: number;
  readonly fresh: boolean;
}

/** What keeps the demo from starting, as one line for whoever started it. */
export class DemoError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DemoError";
  }
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** Throws a DemoError; prints the help and ends the process where that is asked for. */
export function parseDemoOptions(args: readonly string[]): DemoOptions {
  const command = new Command("npm start --")
    .description("A cluster of key-value servers on this machine, to try out and to break.")
    .option("--nodes <n>", "how many", wholeNumber(1, 9), 3)
    .option("--data <dir>", "where their files are", "./data")
    .option("--client-port <n>", "first port for clients", wholeNumber(1, 65_526), 8001)
    .option("--peer-port <n>", "first port for peers", wholeNumber(1, 65_526), 7001)
    .option("--fresh", "forget what earlier runs have stored", false)
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => undefined })
    .exitOverride();
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) process.exit(0);
    throw new DemoError(`${error.message.replace(/^error: /, "").replaceAll("\n", " ")} (see npm start -- --help)`);
  }
  const options = command.opts<DemoOptions>();
  if (Math.abs(options.clientPort - options.peerPort) < options.nodes) {
    throw new DemoError("--client-port and --peer-port are so close that the nodes' ports overlap");
  }
  return options;
}
