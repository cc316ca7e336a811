import type { JSX } from "preact";
import type { NodeReport } from "../../report/index.ts";
import type { AppState } from "../state/app-state.ts";

/** What there is no room for in a node's row: a row of its own below it. */
export function NodeDetails(props: {
  readonly app: AppState;
  readonly report: NodeReport;
  readonly columns: number;
}): JSX.Element {
  const { app, report, columns } = props;
  return (
    <tr role="row" class="node-details">
      <td role="cell" colSpan={columns}>
        <dl class="pairs">
          {factsOf(app, report).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </td>
    </tr>
  );
}

function factsOf(
  app: AppState,
  { clientUrl, peerAddress, raft, counters, latencies, health }: NodeReport,
): readonly (readonly [name: string, value: string])[] {
  const { details } = app.texts.value;
  const format = app.format.value;
  const { fsync } = latencies;
  return [
    [details.clients, clientUrl],
    [details.peers, peerAddress],
    [details.log, `${format.count(raft.firstIndex)} … ${format.count(raft.lastIndex)}`],
    [details.durable, format.count(raft.durableIndex)],
    [details.applied, format.count(raft.appliedIndex)],
    [details.votedFor, raft.votedFor ?? "–"],
    [details.writes, format.count(counters.writes)],
    [details.reads, format.count(counters.reads)],
    [details.fsyncMax, fsync.count === 0 ? "–" : format.ms(fsync.maxMs)],
    [details.loopMax, format.ms(health.eventLoopMaxMs)],
    [details.heap, format.bytes(health.heapBytes)],
    [details.snapshotBytes, format.bytes(health.snapshotBytes)],
  ];
}
