import { Command, CommanderError, Option } from "commander";
import { ConfigError } from "./config.ts";
import { flagOf, settings, variableOf } from "./settings.ts";

/** What was asked for: to run with these flags, or only to print `text` (help, version). */
export type CommandLine =
  | { readonly type: "run"; readonly flags: Readonly<Record<string, unknown>> }
  | { readonly type: "print"; readonly text: string };

const examples = `
Values come from flags, then from the environment, then from the configuration file (JSON, fields named as in
QUORATE_CLIENT_LISTEN → "clientListen"; "members" and "addresses" may be objects), then from the defaults.

Examples:
  One node:
    quorate-server --id n1 --data ./data/n1 --bootstrap --members n1=127.0.0.1:7001
  The first of three:
    quorate-server --id n1 --data /var/lib/quorate --client-listen 10.0.0.1:8001 --bootstrap \\
      --members n1=10.0.0.1:7001,n2=10.0.0.2:7001,n3=10.0.0.3:7001
  A fourth, added to them while they run:
    quorate-server --id n4 --data /var/lib/quorate --client-listen 10.0.0.4:8001 \\
      --join http://10.0.0.1:8001 --address 10.0.0.4:7001
The same flags do for every later start: --bootstrap and --join count for an empty data directory only.
A cluster begins when all its founders are there at once, for the first time; from then on a majority of them is enough.
A node that has lost its data is removed (DELETE /v1/cluster/members/{id}), then started with --join.

Exit codes: 0 after SIGTERM or SIGINT; 1 when it cannot start; 70 when this node had to stop (its disk failed, or a bug
was found): the log says why, and a supervisor may start it again.`;

/** Throws a ConfigError for what it does not understand. */
export function parseCommandLine(args: readonly string[], version: string): CommandLine {
  let text = "";
  const command = new Command("quorate-server")
    .description("One node of a replicated key-value store, with an HTTP interface.")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (part) => {
        text += part;
      },
      writeErr: () => undefined,
      getOutHelpWidth: () => 120,
    })
    .allowExcessArguments(false)
    .addHelpText("after", examples);
  for (const { name, placeholder, description, defaultText } of settings) {
    const facts = [...(defaultText === undefined ? [] : [`default: ${defaultText}`]), `env: ${variableOf(name)}`];
    const flag = placeholder === "" ? flagOf(name) : `${flagOf(name)} <${placeholder}>`;
    command.addOption(new Option(flag, `${description} (${facts.join(", ")})`));
  }
  command.option("--config <file>", "configuration file, JSON (env: QUORATE_CONFIG)");
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { type: "print", text };
    throw new ConfigError(`${error.message.replace(/^error: /, "").replaceAll("\n", " ")}; see quorate-server --help`);
  }
  return { type: "run", flags: command.opts() };
}
