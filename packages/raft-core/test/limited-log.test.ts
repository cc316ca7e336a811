import { describe, expect, test } from "vitest";
import { LimitedLog, silentLogger } from "../src/index.ts";

describe("LimitedLog", () => {
  test("tells of a subject once in ten seconds, and then how often it kept silent", () => {
    const told: unknown[] = [];
    let nowMs = 50_000;
    const logger = { ...silentLogger, warn: (message: string, fields?: object) => told.push([message, fields]) };
    const log = new LimitedLog(logger, { now: () => nowMs });
    log.log("warn", "refused", { from: "a" }, "a");
    log.log("warn", "refused", { from: "b" }, "b");
    nowMs = 59_999;
    log.log("warn", "refused", { from: "a" }, "a");
    log.log("warn", "refused", { from: "a" }, "a");
    nowMs = 60_000;
    log.log("warn", "refused", { from: "a" }, "a");
    log.log("warn", "refused", { from: "b" }, "b");
    expect(told).toEqual([
      ["refused", { from: "a" }],
      ["refused", { from: "b" }],
      ["refused", { from: "a", alsoSuppressed: 2 }],
      ["refused", { from: "b" }],
    ]);
  });
});
