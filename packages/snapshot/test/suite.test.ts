import { snapshotStoreSuite } from "@quorate/testing";
import { describe, test } from "vitest";
import { crashingMedium, fileMedium, memoryMedium } from "./media.ts";

describe("MemorySnapshotStore", () => {
  snapshotStoreSuite(test, memoryMedium);
});

describe("FileSnapshotStore on the machine's file system", () => {
  snapshotStoreSuite(test, fileMedium);
});

describe("P40 FileSnapshotStore on a file system that forgets what was not synced", () => {
  snapshotStoreSuite(test, crashingMedium(false));
});

describe("FileSnapshotStore on a file system that forgets nothing", () => {
  snapshotStoreSuite(test, crashingMedium(true));
});
