#!/usr/bin/env node
import "./require-node.ts";
import { ConfigError, resolveConfig } from "./config/config.ts";
import { parseCommandLine } from "./config/command-line.ts";
import type { Config } from "./config/schema.ts";
import { formatEndpoint } from "./endpoint.ts";
import { openLog } from "./log.ts";
import { KvServer } from "./server.ts";
import { version } from "./version.ts";

const exitCannotStart = 1;
const exitFailed = 70;

const stopping = Promise.withResolvers<string>();

await main();

async function main(): Promise<void> {
  const config = configure();
  const logger = openLog(config);
  watchForStop(config);
  const reloading = watchForReload();
  let server: KvServer;
  try {
    server = await KvServer.open(config, logger);
  } catch (error) {
    return exitWith(exitCannotStart, error);
  }
  const fail = (what: string, error: unknown): void => {
    logger.error(what, { error });
    void server.close().finally(() => process.exit(exitFailed));
    setTimeout(() => process.exit(exitFailed), config.requestTimeoutMs).unref();
  };
  process.on("uncaughtException", (error) => fail("an error that nobody handled: stopping", error));
  server.node.on("failed", (failure) => fail("the node has failed: this process ends", failure));
  reloading.begin(() => void server.reloadCredentials());
  const listening = { clients: formatEndpoint(server.clients), peers: formatEndpoint(server.peers) };
  logger.info("serving", { ...listening, cluster: server.clusterId, data: config.data });
  process.send?.({ type: "serving", ...listening });

  const reason = await stopping.promise;
  logger.info("stopping: the lead is handed over and requests in flight are finished first", { reason });
  // A disk that hangs must not keep the process for ever: what it has not acknowledged by then nobody was told.
  const stopTimeoutMs = 4 * config.requestTimeoutMs + 5000;
  setTimeout(
    () => fail("the node could not be closed in time", new Error(`${stopTimeoutMs} ms`)),
    stopTimeoutMs,
  ).unref();
  await server.close();
  logger.info("stopped");
  process.exit(0);
}

function configure(): Config {
  try {
    const commandLine = parseCommandLine(process.argv.slice(2), version);
    if (commandLine.type === "run") {
      return resolveConfig({ flags: commandLine.flags, environment: process.env });
    }
    process.stdout.write(commandLine.text);
    return process.exit(0);
  } catch (error) {
    if (error instanceof ConfigError) return exitWith(exitCannotStart, error);
    throw error;
  }
}

/** The first request to stop is carried out in order, the second at once. */
function watchForStop(config: Config): void {
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signals += 1;
    if (signals > 1) process.exit(exitCannotStart);
    stopping.resolve(signal);
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  if (!config.exitWithParent) return;
  process.on("disconnect", () => stopping.resolve("the channel to the parent process was closed"));
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stopping.resolve("the parent process has ended"), 500).unref();
}

/** Whoever renews certificates does not know whether this node is just starting: it is told later then, and not ended. */
function watchForReload(): { readonly begin: (reload: () => void) => void } {
  let isDue = false;
  let reload = (): void => void (isDue = true);
  process.on("SIGHUP", () => reload());
  return {
    begin: (given) => {
      reload = given;
      if (isDue) reload();
    },
  };
}

function exitWith(code: number, error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`quorate-server: ${message.replaceAll("\n", " ")}\n`);
  process.exit(code);
}
