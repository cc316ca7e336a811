import { transportSuite } from "@quorate/testing";
import { describe, test } from "vitest";
import { wsMedium } from "./ws-medium.ts";

describe("on a server of its own", () => transportSuite(test, wsMedium("transport")));

describe("on the application's server", () => transportSuite(test, wsMedium("application")));
