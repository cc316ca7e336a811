import type { JSX } from "preact";
import type { NodeReport } from "../../report/index.ts";
import type { AppState } from "../state/app-state.ts";

/** Up to where the node's snapshot reaches, and those that it sends or receives at this moment. */
export function SnapshotCell(props: {
  readonly app: AppState;
  readonly report: NodeReport | undefined;
  readonly isReached: boolean;
}): JSX.Element {
  const { app, report, isReached } = props;
  const { nodes: words } = app.texts.value;
  const format = app.format.value;
  const snapshot = report?.raft.snapshot;
  return (
    <>
      {snapshot === undefined ? "–" : words.upTo(format.count(snapshot.index))}
      {(isReached ? (report?.transfers ?? []) : []).map(({ direction, peer, bytes, totalBytes }) => {
        const share = totalBytes === 0 ? 0 : Math.min(1, bytes / totalBytes);
        const percent = `${Math.floor(100 * share)} %`;
        const text = direction === "to" ? words.sending(percent, peer) : words.receiving(percent, peer);
        return (
          <span key={`${direction} ${peer}`} class="transfer">
            <progress
              value={share}
              max={1}
              aria-label={`${text}, ${words.transferLabel(format.bytes(bytes), format.bytes(totalBytes))}`}
            />
            {text}
          </span>
        );
      })}
    </>
  );
}
