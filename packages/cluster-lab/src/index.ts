export type { Call, CallAnswer, Request } from "./clients/call.ts";
export { invariants } from "./invariants/all.ts";
export { invariantNames } from "./invariants/invariant.ts";
export type { Breach, Invariant, InvariantName, Violation } from "./invariants/invariant.ts";
export { Lab } from "./lab.ts";
export type { NewLab } from "./lab.ts";
export type { StepTaken } from "./play/cluster.ts";
export type { Refusal } from "./play/perform.ts";
export type { Frame } from "./play/recording.ts";
export type {
  Action,
  ActionType,
  CasAction,
  ChangeMembersAction,
  ClientAction,
  Consistency,
  GetAction,
  LinkAction,
  LinkConditionsAction,
  NodeAction,
  OperatorAction,
  PutAction,
  TransferAction,
} from "./session/action.ts";
export { labDefaults } from "./session/options.ts";
export type { GivenOptions, LabOptions, StartLog, StorageKind } from "./session/options.ts";
export { SESSION_VERSION, sessionOf } from "./session/session.ts";
export type { Session, TimedAction } from "./session/session.ts";
