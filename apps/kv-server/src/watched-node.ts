import { nodeFileSystem } from "@quorate/file-system";
import { eventsMax } from "@quorate/dashboard/report";
import { silenceOf } from "./cluster/standing.ts";
import { clientUrlOf } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { Instruments } from "./measure/instruments.ts";
import { MeasuredNode } from "./measure/measured-node.ts";
import { openNode } from "./node.ts";
import type { KvRaftNode, NodeOptions } from "./node.ts";
import { writeNodeRecord } from "./start/node-record.ts";
import type { NodeRecord } from "./start/node-record.ts";
import { placeOf } from "./start/place.ts";
import type { Place } from "./start/place.ts";
import { explained } from "./storage.ts";
import { version } from "./version.ts";
import { openWatch } from "./watch/open-watch.ts";
import type { Watch } from "./watch/open-watch.ts";
import { Recorder } from "./watch/recorder.ts";

/** A node that has begun, and what looks at it. */
export interface WatchedNode {
  readonly node: KvRaftNode;
  readonly measured: MeasuredNode;
  readonly instruments: Instruments;
  readonly watch: Watch;
  readonly record: NodeRecord;
  readonly place: Place;
  /** Where clients reach it: known for certain once it listens. */
  readonly clientUrl: () => string;
  readonly clientsListenOn: (endpoint: Endpoint) => void;
  /** Which voters are silent, while no leader is known. */
  readonly silence: () => string | undefined;
}

/** Opens the node, and writes down where it is. Rejects with an error whose message is for the operator. */
export async function openWatchedNode(options: Omit<NodeOptions, "instruments">): Promise<WatchedNode> {
  const { config, beginning, addresses, peerPort } = options;
  const startedAtMs = Date.now();
  const startedMs = performance.now();
  const recorder = new Recorder({ id: config.id, startedAtMs, max: eventsMax });
  recorder.record("started", { version });
  const instruments = new Instruments(recorder);
  const node = await openNode({ ...options, instruments });
  try {
    const place = placeOf(config, beginning.record, node.status().membership);
    const record = { ...beginning.record, address: place.address };
    if (beginning.isFirst || record.address !== beginning.record.address) {
      await explained(config.data, () => writeNodeRecord(nodeFileSystem, config.data, record));
    }
    let endpoint = config.clientListen;
    const clientUrl = (): string => config.clientUrl ?? clientUrlOf(endpoint, place.address);
    const measured = new MeasuredNode(node);
    const fixed = { clusterId: record.clusterId, version, startedAtMs, actions: config.dashboardActions };
    const watch = openWatch({
      identity: () => ({ ...fixed, clientUrl: clientUrl(), peerAddress: place.address }),
      data: config.data,
      ...{ node, measured, instruments, addresses, connectTo: peerPort.connectTo },
    });
    const clientsListenOn = (at: Endpoint): void => void (endpoint = at);
    const silence = (): string | undefined =>
      silenceOf(node.status(), (peer) => instruments.transport?.heardMs(peer) ?? startedMs);
    return { node, measured, instruments, watch, record, place, clientUrl, clientsListenOn, silence };
  } catch (error) {
    await node.close();
    throw error;
  }
}
