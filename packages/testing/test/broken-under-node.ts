import test from "node:test";
import { snapshotStoreSuite, stateMachineSuite, storageSuite, transportSuite } from "../src/index.ts";
import { toySubject } from "./toy-machine.ts";
import { toyMedium } from "./toy-snapshot-store.ts";
import { toyStorageMedium } from "./toy-storage-medium.ts";
import { toyTransportMedium } from "./toy-transport-medium.ts";

storageSuite(test, toyStorageMedium("no lock"));
transportSuite(test, toyTransportMedium("tells a third"));
snapshotStoreSuite(test, toyMedium("takes any checksum"));
stateMachineSuite(test, toySubject("throws on invalid"));
