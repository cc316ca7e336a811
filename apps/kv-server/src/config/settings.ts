/** One thing an operator can set: by flag, by environment variable, or as a field of the configuration file. */
export interface Setting {
  readonly name: string;
  readonly placeholder: string;
  readonly description: string;
  /** As shown by `--help`; the value itself comes from the schema. */
  readonly defaultText?: string;
}

/** Every setting, in the order in which `--help` lists them. Their rules and defaults are in `schema.ts`. */
export const settings: readonly Setting[] = [
  { name: "id", placeholder: "id", description: "this node's id, never used again for another node; required" },
  { name: "data", placeholder: "dir", description: "directory of this node's log and snapshots; required" },
  {
    name: "bootstrap",
    placeholder: "",
    description:
      "with an empty data directory: found a cluster of --members, as soon as all of them are there once; otherwise without effect",
  },
  {
    name: "members",
    placeholder: "id=host:port,…",
    description: "with --bootstrap: the cluster's first voters and their addresses, letter by letter the same on each",
  },
  {
    name: "join",
    placeholder: "url",
    description:
      "with an empty data directory: join the cluster that a node serves at this URL; otherwise without effect",
  },
  { name: "learner", placeholder: "", description: "with --join: stay a learner, which has no vote" },
  {
    name: "address",
    placeholder: "host:port",
    description: "where the other nodes reach this one, be it elsewhere than before; needed with --join",
    defaultText: "as in --members at the first start, then what the log says",
  },
  {
    name: "addresses",
    placeholder: "id=host:port,…",
    description:
      "where this node reaches others, whatever the log says: for a cluster that was moved while it was down",
  },
  {
    name: "peerListen",
    placeholder: "host:port",
    description: "where this node listens for the others",
    defaultText: "--address, or its address in --addresses",
  },
  {
    name: "clientListen",
    placeholder: "host:port",
    description: "where clients reach this node over HTTP",
    defaultText: "127.0.0.1:8001",
  },
  {
    name: "clientUrl",
    placeholder: "url",
    description: "where clients and browsers reach this node, like http://host:8001, if not where it listens",
  },
  {
    name: "dashboardActions",
    placeholder: "",
    description: "the page at / may change the members and hand over the lead; only with --client-listen on loopback",
  },
  {
    name: "peerTlsCert",
    placeholder: "file",
    description:
      "encrypt what nodes say to each other: this node's certificate (PEM), whose common name or DNS name is its id; read again on SIGHUP, as the files below are",
  },
  { name: "peerTlsKey", placeholder: "file", description: "with --peer-tls-cert: its private key (PEM)" },
  {
    name: "peerTlsCa",
    placeholder: "file",
    description: "with --peer-tls-cert: the authority that has signed the certificates of all nodes (PEM)",
  },
  {
    name: "peerTlsCrl",
    placeholder: "file",
    description: "with --peer-tls-cert: certificates that were revoked (PEM)",
  },
  {
    name: "peerTlsMutual",
    placeholder: "true|false",
    description:
      "with --peer-tls-cert: who connects shows a certificate, too, and is who it says; the same on every node",
    defaultText: "true",
  },
  {
    name: "peerSecretFile",
    placeholder: "file",
    description:
      "a secret that all nodes share, proved and never sent; one a line: the first is proved, any is accepted, to change it while the cluster works",
  },
  {
    name: "clusterId",
    placeholder: "text",
    description: "nodes and data of another cluster are refused",
    defaultText: "a hash of the founders' ids and addresses; of a node that joins, what its cluster says",
  },
  {
    name: "priority",
    placeholder: "n",
    description: "the lead goes to a node of higher priority; 0 leaves it to others wherever one of them can have it",
    defaultText: "1",
  },
  {
    name: "leaseDriftMax",
    placeholder: "fraction",
    description: "allows reads with consistency=lease: by how much clocks may differ in rate, like 0.01; on every node",
  },
  {
    name: "catchUpTimeoutMs",
    placeholder: "n",
    description: "a node that is to become a voter is given up when it comes no further for so long",
    defaultText: "10000",
  },
  { name: "valueBytesMax", placeholder: "n", description: "largest value in bytes", defaultText: "1048576" },
  {
    name: "requestTimeoutMs",
    placeholder: "n",
    description:
      "a request is answered within this time; one that changes the members may take --catch-up-timeout-ms more",
    defaultText: "5000",
  },
  {
    name: "electionTimeoutMinMs",
    placeholder: "n",
    description: "a node that hears no leader for a time drawn from min … max seeks election",
    defaultText: "150",
  },
  { name: "electionTimeoutMaxMs", placeholder: "n", description: "see above", defaultText: "300" },
  { name: "heartbeatIntervalMs", placeholder: "n", description: "how often a leader is heard", defaultText: "50" },
  {
    name: "snapshotEntries",
    placeholder: "n",
    description:
      "take a snapshot after this many entries, or --segment-bytes of them; but a large one not before the log has grown as large",
    defaultText: "100000",
  },
  {
    name: "segmentBytes",
    placeholder: "n",
    description: "how large a file of the log becomes; what is not needed any more is deleted by whole files",
    defaultText: "67108864",
  },
  {
    name: "logLevel",
    placeholder: "level",
    description: "debug, info, warn, error or silent",
    defaultText: "info",
  },
  {
    name: "exitWithParent",
    placeholder: "",
    description: "stop when the process that started this one ends or closes the IPC channel to it",
  },
];

/** `peerListen` → `--peer-listen` */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `peerListen` → `QUORATE_PEER_LISTEN` */
export function variableOf(name: string): string {
  return `QUORATE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
