import test from "node:test";
import { storageSuite } from "@quorate/testing";
import { medium } from "./medium.ts";

storageSuite(test, { ...medium, operations: 300 });
