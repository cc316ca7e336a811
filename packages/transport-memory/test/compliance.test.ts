import { transportSuite } from "@quorate/testing";
import { describe, test } from "vitest";
import { memoryMedium } from "./memory-medium.ts";

describe("by reference", () => transportSuite(test, memoryMedium({})));

describe("with copies", () => transportSuite(test, memoryMedium({ copy: true }, 10_000)));

describe("with delays, out of order", () =>
  transportSuite(test, memoryMedium({ copy: true, ordered: false, delayMinMs: 1, delayMaxMs: 20 }, 2000)));
