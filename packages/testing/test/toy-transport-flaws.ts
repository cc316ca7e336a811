/** What is wrong with a toy transport. Each but the first is wrong with one thing only. */
export type ToyTransportFlaw =
  | "nothing"
  | "tells a third"
  | "ids in ASCII"
  | "32-bit numbers"
  | "shares memory"
  | "silent to itself"
  | "repeats itself to the restarted"
  | "heartbeats overtake"
  | "unbounded queue"
  | "keeps everything for the dead"
  | "one stall stops all"
  | "address fixed for good"
  | "refuses strangers"
  | "does not answer strangers"
  | "dials strangers"
  | "refuses former members"
  | "says the last again to new members"
  | "stops when a handler throws"
  | "delivers after close"
  | "leaves a timer"
  | "throws before start"
  | "sends any size"
  | "takes in every cluster"
  | "mixes up senders"
  | "one network for all"
  | "reports everybody"
  | "hoards what it drops"
  | "chunks before all else"
  | "an address serves once"
  | "starts do not overlap"
  | "says the last again when restarted";

/** Each flaw, and the numbers of the cases that find it. */
export const toyTransportFlaws: ReadonlyMap<ToyTransportFlaw, readonly string[]> = new Map([
  ["tells a third", ["T01"]],
  ["ids in ASCII", ["T02"]],
  ["32-bit numbers", ["T03"]],
  ["shares memory", ["T04"]],
  ["silent to itself", ["T05"]],
  ["repeats itself to the restarted", ["T06", "T27"]],
  ["heartbeats overtake", ["T07", "T15", "T27"]],
  ["unbounded queue", ["T08", "T09"]],
  ["keeps everything for the dead", ["T08"]],
  ["hoards what it drops", ["T09"]],
  ["one stall stops all", ["T10"]],
  ["an address serves once", ["T06", "T08", "T11", "T17", "T27"]],
  ["starts do not overlap", ["T12"]],
  ["address fixed for good", ["T11", "T14", "T21"]],
  ["refuses strangers", ["T15"]],
  ["does not answer strangers", ["T15"]],
  ["dials strangers", ["T15"]],
  ["refuses former members", ["T15"]],
  ["says the last again to new members", ["T15"]],
  ["stops when a handler throws", ["T16"]],
  ["delivers after close", ["T17"]],
  ["leaves a timer", ["T18"]],
  ["throws before start", ["T19"]],
  ["sends any size", ["T20"]],
  ["takes in every cluster", ["T21"]],
  ["mixes up senders", ["T22"]],
  ["chunks before all else", ["T23"]],
  ["one network for all", ["T25"]],
  ["reports everybody", ["T26"]],
  ["says the last again when restarted", ["T27"]],
]);
