import type { Member } from "@quorate/raft-core";
import { ClusterWatch } from "../../src/watch/cluster-watch.ts";
import { KnownOrigins } from "../../src/watch/known-origins.ts";
import { OwnNode } from "../../src/watch/own-node.ts";
import { PeerStreams } from "../../src/watch/peer-streams.ts";
import { Recorder } from "../../src/watch/recorder.ts";
import { sampleReport } from "./sample-report.ts";

export interface FakeClusterOptions {
  readonly id?: string;
  readonly others?: readonly Member[];
  readonly listenersMax?: number;
  readonly eventsMax?: number;
}

/** All that watches a node, over a node that always says the same. */
export interface FakeCluster extends AsyncDisposable {
  readonly watch: ClusterWatch;
  readonly origins: KnownOrigins;
  readonly recorder: Recorder;
  /** How many now want reports of this node. */
  readonly wanted: () => number;
  /** Something about the node has changed. */
  readonly change: () => void;
  /** Others are members now. */
  readonly moveTo: (others: readonly Member[]) => void;
}

export function fakeCluster({ id = "n1", eventsMax = 200, ...options }: FakeClusterOptions = {}): FakeCluster {
  let { others = [] } = options;
  let wanted = 0;
  const changed = new Set<() => void>();
  const moved = new Set<() => void>();
  const recorder = new Recorder({ id, startedAtMs: 1000, max: eventsMax });
  const listenTo = (listeners: Set<() => void>, listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const own = new OwnNode({
    recorder,
    report: () => sampleReport({ id, clientUrl: `http://${id}.example` }),
    onChange: (listener) => listenTo(changed, listener),
    begin: () => {
      wanted += 1;
      return () => void (wanted -= 1);
    },
  });
  const clientUrl = (): string => `http://${id}.example`;
  const origins = new KnownOrigins({ own: clientUrl, members: () => others.map((member) => member.id) });
  const streams = new PeerStreams({ nodeId: id, clusterId: "c1", clientUrl });
  const limit = options.listenersMax === undefined ? {} : { listenersMax: options.listenersMax };
  const watch = new ClusterWatch({
    ...{ id, startedAtMs: 1000, own, streams, origins, ...limit },
    others: () => others,
    onMembers: (listener) => listenTo(moved, listener),
  });
  return {
    ...{ watch, origins, recorder, wanted: () => wanted },
    change: () => {
      for (const listener of changed) listener();
    },
    moveTo: (members) => {
      others = members;
      for (const listener of moved) listener();
    },
    async [Symbol.asyncDispose]() {
      watch.close();
      await streams.close();
    },
  };
}
