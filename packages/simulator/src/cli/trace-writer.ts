import { closeSync, openSync, writeSync } from "node:fs";
import type { Plan } from "../plan/plan.ts";
import type { TraceEntry } from "../trace/trace.ts";
import { traceHeader, traceLine } from "../trace/trace-file.ts";
import { reasonOf } from "./reason-of.ts";
import { UsageError } from "./usage-error.ts";

const WRITE_LINES = 1000;

/** Writes a trace to a file, line by line. */
export class TraceWriter {
  readonly #descriptor: number;
  #lines: string[];

  /** A file that cannot be written is a UsageError. */
  constructor(file: string, plan: Plan) {
    try {
      this.#descriptor = openSync(file, "w");
    } catch (error) {
      throw new UsageError(`The trace "${file}" cannot be written: ${reasonOf(error)}.`);
    }
    this.#lines = [traceHeader(plan)];
  }

  readonly sink = (entry: TraceEntry): void => {
    this.#lines.push(traceLine(entry));
    if (this.#lines.length >= WRITE_LINES) this.#flush();
  };

  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#descriptor);
    }
  }

  #flush(): void {
    writeSync(this.#descriptor, this.#lines.map((line) => `${line}\n`).join(""));
    this.#lines = [];
  }
}
