import { transportSuite } from "@quorate/testing";
import { describe, test } from "vitest";
import { transportMedium } from "./transport-medium.ts";

describe("SimulatedTransport on links that keep the order", () => {
  transportSuite(test, transportMedium({ delayMsMean: 0.5, ordered: true }));
});

describe("SimulatedTransport on links that do not", () => {
  transportSuite(test, transportMedium({ delayMsMean: 5, ordered: false }));
});
