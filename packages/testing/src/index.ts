export { CheckError, check, equal, rejectsWith } from "./check.ts";
export { crashImages, durableImage } from "./crash-points/crash-images.ts";
export type { CrashImage } from "./crash-points/crash-images.ts";
export { contentAfter } from "./crash-points/disk-call.ts";
export type { DiskCall, DiskImage } from "./crash-points/disk-call.ts";
export { MemoryFileSystem } from "./crash-points/memory-file-system.ts";
export type { CallFailure } from "./crash-points/memory-file-system.ts";
export { appendListModel } from "./linearizability/append-list-model.ts";
export type { AppendList, AppendListInput, AppendListOutput } from "./linearizability/append-list-model.ts";
export { checkLinearizable } from "./linearizability/check-linearizable.ts";
export type {
  CheckOptions,
  Linearizable,
  Undecided,
  Verdict,
  Violation,
} from "./linearizability/check-linearizable.ts";
export { compareAndSetModel } from "./linearizability/compare-and-set-model.ts";
export type { CompareAndSetInput, CompareAndSetOutput } from "./linearizability/compare-and-set-model.ts";
export type { Answer, Operation } from "./linearizability/history.ts";
export type { Model, Traces } from "./linearizability/model.ts";
export { registerModel } from "./linearizability/register-model.ts";
export type { RegisterInput, RegisterOutput, Value } from "./linearizability/register-model.ts";
export type { SnapshotStoreMedium, SnapshotStoreOffer, SnapshotStorePlace } from "./snapshot-store-medium.ts";
export { snapshotStoreCaseNames, snapshotStoreSuite } from "./snapshot-store-suite.ts";
export { stateMachineCaseNames, stateMachineSuite } from "./state-machine-suite.ts";
export type { StateMachineSubject } from "./state-machine-suite.ts";
export type { StorageFailure, StorageMedium, StorageOwner, StoragePlace } from "./storage-medium.ts";
export { storageCaseNames, storageSuite } from "./storage-suite.ts";
export type { Test } from "./suite.ts";
export type {
  NodeOptions,
  OpenedTransport,
  TransportCapabilities,
  TransportMedium,
  TransportPlace,
} from "./transport-medium.ts";
export { transportCaseNames, transportSuite } from "./transport-suite.ts";
