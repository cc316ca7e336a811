import type { Translation } from "@quorate/drawing";

/** What the page says, events apart. The other languages are translations of this table. */
export const english = {
  title: "Cluster dashboard",
  header: {
    language: "中文",
    languageHint: "Read this page in Chinese",
    theme: {
      system: "Theme: as the system has it",
      light: "Theme: light",
      dark: "Theme: dark",
    },
    nodes: (count: number): string => (count === 1 ? "1 node" : `${count} nodes`),
    leads: (id: string, term: number): string => `${id} leads term ${term}`,
    noLeader: "no leader",
    cluster: (id: string): string => `Cluster ${id}`,
  },
  connection: {
    label: "Connection",
    connecting: "Connecting …",
    live: (node: string): string => `Live, from ${node}`,
    lost: "No answer",
    elsewhere: (home: string, node: string): string =>
      `${home}, which served this page, does not answer. ${node} tells about the cluster now.`,
    nobody: (since: string): string =>
      `No node has answered for ${since}. What you see is what was known then. The page goes on asking all of them.`,
    outOfReach: (nodes: string, home: string): string =>
      `${nodes} was not known yet when this page was loaded, so the page cannot go on with it if ${home} dies. Load it again.`,
    never: "No node has answered yet. The page goes on asking.",
  },
  nodes: {
    title: "Nodes",
    node: "Node",
    role: "Role",
    term: "Term",
    commit: "Commit",
    commitHint: "Index up to which the node knows the log to be committed",
    lag: "Lag",
    lagHint: "Entries of the leader's log that the node has not confirmed",
    contact: "Last contact",
    contactHint: "How long ago the leader heard the node",
    snapshot: "Snapshot",
    fsync: "fsync p99",
    fsyncHint: "Making appended entries durable: 99 of 100 within this time, of the last 10 seconds",
    loop: "Event loop p99",
    loopHint: "How late the process's event loop was",
    memory: "Memory",
    memoryHint: "Resident memory of the process",
    disk: "Log",
    diskHint: "What the log takes on the node's disk",
    about: (version: string, time: string): string => `${version}, up ${time}`,
    notReached: (time: string): string => `not reached for ${time}`,
    unreadable: "runs another version: what it says is not understood",
    neverHeard: "not heard yet",
    forgotten: "has lost its data: no vote",
    joining: "joining",
    leaving: "leaving",
    notMember: "no member",
    sending: (percent: string, to: string): string => `${percent} to ${to}`,
    receiving: (percent: string, from: string): string => `${percent} from ${from}`,
    transferLabel: (bytes: string, total: string): string => `${bytes} of ${total}`,
    upTo: (index: string): string => `≤ ${index}`,
    change: (voters: string, learners: string): string =>
      learners === ""
        ? `A change of the members is under way. Voters will be ${voters}.`
        : `A change of the members is under way. Voters will be ${voters}; learners ${learners}.`,
    founding: "The cluster is not founded yet: it waits until all founders are there at once.",
    waiting: "Waiting for the first report …",
  },
  logs: {
    latest: "The nodes tell of their latest entries, and of no others: those before are not shown.",
  },
  details: {
    of: (id: string): string => `Details of ${id}`,
    clients: "For clients",
    peers: "For peers",
    log: "Log",
    durable: "Durable up to",
    applied: "Applied up to",
    votedFor: "Vote in this term",
    writes: "Writes, as leader",
    reads: "Reads",
    fsyncMax: "Slowest fsync",
    loopMax: "Longest event-loop delay",
    heap: "Heap",
    snapshotBytes: "Snapshots on disk",
  },
  charts: {
    title: "The last five minutes",
    commits: "Committed entries per second",
    commitsLine: "entries/s",
    writes: "Write latency at the leader",
    reads: "Read latency at the slowest node",
    readsHint: "Linearizable reads",
    median: "p50",
    tail: "p99",
    lag: "Lag in entries, per follower",
    nothing: "nothing measured yet",
    noFollowers: "no followers",
    at: (time: string): string => `at ${time}`,
    summary: (line: string, now: string, min: string, max: string): string =>
      `${line}: now ${now}, between ${min} and ${max}.`,
  },
  events: {
    title: "Events",
    none: "Nothing has happened since the nodes started to watch.",
  },
  keys: {
    title: "Keys",
    prefix: "Prefix",
    all: "all keys",
    consistency: "Read",
    linearizable: "linearizable",
    stale: "stale",
    consistencyHint:
      "Linearizable: sees every write that was acknowledged before. Stale: what the node that answers has, at once.",
    form: "Values as",
    text: "text",
    hex: "hex",
    show: "Show",
    reading: "Reading …",
    key: "Key",
    value: "Value",
    revision: "Revision",
    version: "Version",
    revisionHint: "Revision of the store at the key's last change",
    versionHint: "How often the key was put",
    first: "First page",
    next: "Next page",
    none: (at: string): string => `There are no such keys ${at}.`,
    found: (count: string, at: string): string => `${count} keys ${at}.`,
    page: (count: string, at: string): string => `${count} keys on this page, and there are more, ${at}.`,
    lastPage: (count: string, at: string): string => `The last keys, ${count} on this page, ${at}.`,
    one: (at: string): string => `1 key ${at}.`,
    at: (revision: string, time: string): string => `at revision ${revision}, read at ${time}`,
    again: "Show reads them again.",
    cut: (shown: string, whole: string): string => `${shown} of ${whole}`,
    empty: "empty",
    idle: "Choose a prefix, or none, to read keys.",
  },
  actions: {
    change: "Change …",
    changeOf: (id: string): string => `Change ${id}`,
    addNode: "Add a node …",
    choose: (id: string): string => `What is to be done with ${id}?`,
    close: "Close",
    back: "Back",
    transfer: (id: string): string => `Hand the lead to ${id}`,
    transferEffect: (id: string, leader: string): string =>
      `${leader} brings ${id} up to date, takes no new writes for a moment, and asks it to stand for election. Clients wait, and go on with ${id}.`,
    promote: (id: string): string => `Make ${id} a voter`,
    promoteEffect: (id: string): string =>
      `${id} counts for majorities from now on, and may lead. The leader waits until it has caught up.`,
    demote: (id: string): string => `Make ${id} a learner`,
    demoteEffect: (id: string, voters: number): string =>
      `${id} goes on receiving the log, but neither votes nor counts. ${voters} voters remain: ${survives(voters)}.`,
    remove: (id: string): string => `Remove ${id}`,
    removeEffect: (id: string, voters: number): string =>
      `${id} leaves the cluster for good and must join again under an empty directory to come back. ${voters} voters remain: ${survives(voters)}.`,
    removeLearnerEffect: (id: string): string =>
      `${id} leaves the cluster for good. It is no voter: majorities stay as they are.`,
    add: "Add a node",
    start: "To start a new node, run this on its machine. It has itself added, and serves as soon as it has caught up.",
    startMore:
      "From a clone of the repository: npm run server -- instead of quorate-server. Where the others have a secret or TLS between nodes, it needs the same flags.",
    proceed: "It runs already: add it …",
    wrongAddress: "The address must be host:port, such as 127.0.0.1:7004.",
    notHeard: (id: string): string =>
      `${id} does not answer yet. It is a member all the same: start it, or remove it again.`,
    addNamed: (id: string): string => `Add ${id}`,
    addEffect:
      "The leader sends it the log, or a snapshot. As a voter it counts once it has caught up; as a learner it only receives. This is for a node that runs already, such as one that was removed, or has lost its data: a new one is added by itself when it is started with --join.",
    id: "Id",
    address: "Address for peers (host:port)",
    learner: "as a learner, without a vote",
    working: "The leader is at it …",
    done: (what: string): string => `Done: ${what}.`,
    refused: (why: string): string => `The server refused: ${why}`,
    remedy: (what: string): string => `What can be done: ${what}.`,
    unknown: (why: string): string =>
      `The server does not know the outcome: ${why}. It may have been done, or may be done yet: look at the members.`,
    noAnswer: (why: string): string =>
      `No answer (${why}). It may have been done, or may be done yet: look at the members.`,
  },
};

/** How many of the voters may fail. */
function survives(voters: number): string {
  const failures = Math.floor((voters - 1) / 2);
  if (failures <= 0) return "if one fails, nothing can be written";
  return failures === 1 ? "one may fail" : `${failures} may fail`;
}

export type Texts = Translation<typeof english>;
