import { assert } from "./assert.ts";
import { acknowledged } from "./commit.ts";
import { hear } from "./hear.ts";
import type { NodeId } from "./membership.ts";
import type { InstallSnapshotReply, Snapshot } from "./message.ts";
import type { Progress } from "./progress.ts";
import type { Leadership, State } from "./state.ts";

/** The log no longer reaches back to what the follower needs: it gets the latest snapshot, chunk by chunk (§7). */
export function sendSnapshot(state: State, progress: Progress): void {
  assert(state.snapshot !== undefined, `the log begins behind ${state.log.base.index}, but there is no snapshot`);
  sendChunk(state, progress, state.snapshot, 0);
}

function sendChunk(state: State, progress: Progress, snapshot: Snapshot, offsetBytes: number): void {
  progress.becomeSnapshot({ snapshot, offsetBytes, sentMs: state.nowMs });
  state.out.now({ type: "send-chunk", to: progress.id, term: state.term, snapshot, offsetBytes });
}

/** The follower asks for another chunk, or has installed the snapshot and goes on with the log. */
export function onInstallSnapshotReply(
  state: State,
  leading: Leadership,
  from: NodeId,
  message: InstallSnapshotReply,
): void {
  const progress = hear(state, leading, from, message);
  if (progress === undefined) return;
  const transfer = progress.transfer;
  if (transfer === undefined || transfer.snapshot.index !== message.snapshotIndex) return;
  if (message.installed) {
    progress.becomeProbe(message.snapshotIndex + 1);
    acknowledged(state, progress, message.snapshotIndex);
    return;
  }
  const offsetBytes = message.nextOffsetBytes;
  const isRepeated = offsetBytes === transfer.offsetBytes;
  if (offsetBytes > transfer.offsetBytes) progress.advancedMs = state.nowMs;
  if (!isRepeated && offsetBytes < transfer.snapshot.sizeBytes)
    sendChunk(state, progress, transfer.snapshot, offsetBytes);
}

/** The follower is alive but has not answered a chunk for a while: send it again, of the latest snapshot if it is gone. */
export function repeatChunk(state: State, progress: Progress): void {
  const transfer = progress.transfer;
  const patienceMs = 2 * state.options.electionTimeoutMaxMs;
  if (transfer === undefined || state.nowMs - transfer.sentMs < patienceMs) return;
  sendChunk(state, progress, transfer.snapshot, transfer.offsetBytes);
}

/** The chunk could not be read: a later snapshot has taken the place of the one under way, and is sent from its start. */
export function onChunkFailed(state: State, leading: Leadership, to: NodeId, snapshotIndex: number): void {
  const progress = leading.followers.get(to);
  const latest = state.snapshot;
  if (progress?.transfer?.snapshot.index !== snapshotIndex || latest === undefined) return;
  if (latest.index > snapshotIndex) sendChunk(state, progress, latest, 0);
}
