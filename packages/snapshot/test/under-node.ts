import test from "node:test";
import { snapshotStoreSuite } from "@quorate/testing";
import { memoryMedium } from "./media.ts";

snapshotStoreSuite(test, memoryMedium);
