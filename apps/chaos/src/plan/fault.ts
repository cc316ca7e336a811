/** Whoever leads when the fault comes about; where nobody does, the node that stands beside it. */
export const LEADER = "leader";

/** A node's id; `preferred` says that the leader is meant as long as there is one that the fault can be done to. */
export interface Target {
  readonly node: string;
  readonly preferred?: typeof LEADER;
}

/** Which of a node's calls are made to fail: the log's data, its metadata and directories, or its writes. */
export type DiskCall = "fdatasync" | "fsync" | "write";

/** Bytes take this long on a link, and no more of them pass in a second. */
export interface Slowness {
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly bytesPerSecond: number;
}

/** As losing packets shows to who speaks TCP: every so-many-th piece waits, or the connection breaks. */
export interface Lossiness {
  readonly stallRate: number;
  readonly stallMs: number;
  readonly breakRate: number;
}

/** Something that goes wrong for a time. */
export type Mishap =
  /** The processes end as by `kill -9`, and are started again. */
  | { readonly type: "kill"; readonly targets: readonly Target[]; readonly forMs: number }
  /** The processes stand still (SIGSTOP, SIGCONT). */
  | { readonly type: "pause"; readonly targets: readonly Target[]; readonly forMs: number }
  /** No packet goes between these nodes and the others. */
  | { readonly type: "partition"; readonly targets: readonly Target[]; readonly forMs: number }
  /** No packet goes from these nodes to the others, or none comes; the other way all do. */
  | {
      readonly type: "oneway";
      readonly targets: readonly Target[];
      readonly direction: "out" | "in";
      readonly forMs: number;
    }
  /** All links of these nodes are slow, in both directions. */
  | {
      readonly type: "slow";
      readonly targets: readonly Target[];
      readonly slowness: Slowness;
      readonly forMs: number;
    }
  | {
      readonly type: "lossy";
      readonly targets: readonly Target[];
      readonly lossiness: Lossiness;
      readonly forMs: number;
    }
  /** The connections that these nodes have are dead and nobody is told: bytes vanish. New connections work. */
  | { readonly type: "halfopen"; readonly targets: readonly Target[]; readonly forMs: number }
  /** There is no byte left on the node's disk. */
  | { readonly type: "diskfull"; readonly targets: readonly Target[]; readonly forMs: number }
  /** Whatever the node makes durable takes so much longer. */
  | {
      readonly type: "slowdisk";
      readonly targets: readonly Target[];
      readonly delayMs: number;
      readonly forMs: number;
    }
  /** The n-th such call of each of the process's threads is refused with EIO. */
  | {
      readonly type: "fsync";
      readonly targets: readonly Target[];
      readonly call: DiskCall;
      readonly nth: number;
      readonly forMs: number;
    }
  /** A voter becomes a learner, or no member at all, and a voter again, with all that it has. */
  | {
      readonly type: "members";
      readonly targets: readonly Target[];
      readonly change: "demote" | "remove";
      readonly forMs: number;
    };

export type Kind = Mishap["type"];

export const kinds: readonly Kind[] = [
  "kill",
  "pause",
  "partition",
  "oneway",
  "slow",
  "lossy",
  "halfopen",
  "diskfull",
  "slowdisk",
  "fsync",
  "members",
];

/** A mishap and its time after the start of the run. */
export type Fault = Mishap & { readonly atMs: number };
