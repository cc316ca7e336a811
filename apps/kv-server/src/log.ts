import type { Logger } from "@quorate/raft-core";
import { destination, pino, stdSerializers } from "pino";
import type { DestinationStream } from "pino";
import type { Config } from "./config/schema.ts";

/** What is kept of lines that cannot be written yet; newer ones are dropped. */
const waitingBytesMax = 64 * 1024;

/** JSON lines on standard output, which name the node. What cannot be written there harms nobody: it is dropped. */
export function openLog(config: Pick<Config, "id" | "logLevel">): Logger {
  const options = {
    level: config.logLevel,
    base: { node: config.id, pid: process.pid },
    timestamp: (): string => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: stdSerializers.errWithCause },
  };
  const log = pino(options, standardOutput());
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
  };
}

/**
 * Each line is written as it comes, so that nothing is left to be flushed at exit: on a disk that is full that would be
 * tried for ever, by the very process that ends because the disk is full.
 */
function standardOutput(): DestinationStream {
  const output = destination({ dest: 1, sync: true, maxLength: waitingBytesMax, retryEAGAIN: () => false });
  // There is no other place to tell of it. What has not gone out is tried again with the next line.
  output.on("error", () => undefined);
  return output;
}
