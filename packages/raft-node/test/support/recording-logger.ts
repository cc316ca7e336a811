import type { LogFields, Logger } from "@quorate/raft-core";

/** Keeps what it is told, as "level: message". */
export class RecordingLogger implements Logger {
  readonly lines: string[] = [];
  readonly fields: LogFields[] = [];

  debug(message: string, fields?: LogFields): void {
    this.#log("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#log("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#log("error", message, fields);
  }

  of(level: string): readonly string[] {
    return this.lines.filter((line) => line.startsWith(level));
  }

  #log(level: string, message: string, fields: LogFields = {}): void {
    this.lines.push(`${level}: ${message}`);
    this.fields.push(fields);
  }
}
