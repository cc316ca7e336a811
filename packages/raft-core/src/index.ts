export { AssertionError, assert } from "./assert.ts";
export { makeDurableDirectory } from "./durable-directory.ts";
export type { Effect, Save } from "./effect.ts";
export { Entry } from "./entry.ts";
export type { EntryKind, Position } from "./entry.ts";
export { RaftError } from "./errors.ts";
export type { RaftErrorCode, RaftErrorOptions, RefusalCode } from "./errors.ts";
export type { Input } from "./input.ts";
export {
  addressOf,
  assertMembership,
  decodeMembership,
  encodeMembership,
  foundedBy,
  incarnationOf,
  isMember,
  isVoter,
  membersOf,
  membershipOf,
} from "./membership.ts";
export type { Member, Membership, MembershipTarget, NodeId } from "./membership.ts";
export type { MembershipChange, NewMember } from "./membership-change.ts";
export type {
  AppendEntries,
  AppendEntriesReply,
  Disowned,
  Heartbeat,
  HeartbeatReply,
  Incarnation,
  InstallSnapshot,
  InstallSnapshotReply,
  Message,
  ReadIndex,
  ReadIndexReply,
  RequestVote,
  RequestVoteReply,
  Snapshot,
  TimeoutNow,
} from "./message.ts";
export { raftDefaults } from "./options.ts";
export type { RaftOptions } from "./options.ts";
export type { Clock } from "./ports/clock.ts";
export type { FileHandle, FileLock, FileSystem } from "./ports/file-system.ts";
export { silentLogger } from "./ports/logger.ts";
export type { LogFields, Logger } from "./ports/logger.ts";
export type { Random } from "./ports/random.ts";
export type { SinceSnapshot, SnapshotHead, SnapshotPolicy, SnapshotStore } from "./ports/snapshot-store.ts";
export type { StateMachine } from "./ports/state-machine.ts";
export type { HardState, Storage, StorageWrite, StoredState } from "./ports/storage.ts";
export type { Transport, TransportHandler } from "./ports/transport.ts";
export type { ProgressState } from "./progress.ts";
export { Raft } from "./raft.ts";
export type { ElectionStatus, FollowerStatus } from "./raft.ts";
export { decodeRecord, encodeRecord, RECORD_HEADER_BYTES, RECORD_KIND_RESERVED_MIN, RECORD_VERSION } from "./record.ts";
export type { Checksum, DecodedRecord, LogRecord } from "./record.ts";
export { recordsOf } from "./records.ts";
export { LimitedLog } from "./limited-log.ts";
export { seededRandom } from "./seeded-random.ts";
export type { Role } from "./role.ts";
export type { RaftStart } from "./state.ts";
