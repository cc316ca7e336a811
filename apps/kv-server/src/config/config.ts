import { readFileSync } from "node:fs";
import { configSchema } from "./schema.ts";
import type { Config } from "./schema.ts";
import { flagOf, settings, variableOf } from "./settings.ts";

/** What the operator wrote is wrong. The message is one line for them: field, value, where it was given, rule. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConfigError";
  }
}

/** Where values come from. A flag wins over a variable, a variable over the file, the file over the default. */
export interface ConfigSources {
  /** By setting name, and the file's path as `config`. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

interface Given {
  readonly value: unknown;
  readonly source: string;
}

/** Throws a ConfigError. */
export function resolveConfig(sources: ConfigSources): Config {
  const given = collect(sources);
  const parsed = configSchema.safeParse(Object.fromEntries([...given].map(([name, { value }]) => [name, value])));
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    if (issue.code === "unrecognized_keys") {
      return `unknown field ${issue.keys.join(", ")} in the configuration file; known are ${settings.map((s) => s.name).join(", ")}`;
    }
    const name = String(issue.path[0]);
    const was = given.get(name);
    const value = was === undefined ? "" : ` ${JSON.stringify(was.value)} (from ${was.source})`;
    return `${name}${value} ${issue.message}${was === undefined ? ` (${flagOf(name)} or ${variableOf(name)})` : ""}`;
  });
  throw new ConfigError([...new Set(lines)].join("; "));
}

function collect({ flags, environment }: ConfigSources): Map<string, Given> {
  const given = new Map<string, Given>();
  const path = flags["config"] ?? environment["QUORATE_CONFIG"];
  if (typeof path === "string" && path !== "") {
    for (const [name, value] of Object.entries(readFile(path))) given.set(name, { value, source: path });
  }
  for (const { name } of settings) {
    const variable = variableOf(name);
    const value = environment[variable];
    if (value !== undefined && value !== "") given.set(name, { value, source: variable });
    if (flags[name] !== undefined) given.set(name, { value: flags[name], source: flagOf(name) });
  }
  return given;
}

function readFile(path: string): object {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError(`cannot read the configuration file ${path}: ${messageOf(error)}`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new ConfigError(`the configuration file ${path} is not JSON: ${messageOf(error)}`);
  }
  throw new ConfigError(`the configuration file ${path} must hold a JSON object`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
