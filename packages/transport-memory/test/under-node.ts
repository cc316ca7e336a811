import test from "node:test";
import { transportSuite } from "@quorate/testing";
import { memoryMedium } from "./memory-medium.ts";

transportSuite(test, memoryMedium({ copy: true }, 2000));
