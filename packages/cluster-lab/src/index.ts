export type { Call, CallAnswer, Request } from "./clients/call.ts";
export { vitestFileOf } from "./export-test.ts";
export type { ExportOptions } from "./export-test.ts";
export { invariants } from "./invariants/all.ts";
export { invariantNames } from "./invariants/invariant.ts";
export type { Breach, Invariant, InvariantName, Violation, Watcher } from "./invariants/invariant.ts";
export { Lab } from "./lab.ts";
export type { IsEnough, LabSettings, NewLab } from "./lab.ts";
export type { StepTaken } from "./play/cluster.ts";
export type { Refusal } from "./play/refusal.ts";
export type { Frame, Moment } from "./play/recording.ts";
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
export { sessionFromText, sessionToText } from "./session/session-text.ts";
export { sessionOf } from "./session/session-of.ts";
export { SESSION_VERSION } from "./session/session.ts";
export type { Session, TimedAction } from "./session/session.ts";
export type { Knowledge } from "./watch/knowledge.ts";
export type { Observation } from "./watch/observation.ts";
export { whySections } from "./why/fact.ts";
export type { WhyFact, WhyKey, WhyValue } from "./why/fact.ts";
export { whyCallWaits } from "./why/why-call-waits.ts";
export { whyNoLeader } from "./why/why-no-leader.ts";
export { whyNotCommitted } from "./why/why-not-committed.ts";
export { whyRole } from "./why/why-role.ts";
export type { WhyOptions } from "./why/why-role.ts";
