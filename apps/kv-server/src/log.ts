import type { Logger } from "@quorate/raft-core";
import { pino, stdSerializers } from "pino";
import type { Config } from "./config/schema.ts";

/** JSON lines on standard output, which name the node. */
export function openLog(config: Pick<Config, "id" | "logLevel">): Logger {
  const log = pino({
    level: config.logLevel,
    base: { node: config.id, pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: stdSerializers.errWithCause },
  });
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
  };
}
