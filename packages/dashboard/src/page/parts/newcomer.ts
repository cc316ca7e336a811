import { type ClusterState, bestInformed } from "../state/cluster.ts";

/** What a node would be called that is not there yet, and where it would be reached; empty where nobody can guess. */
export interface Newcomer {
  readonly id: string;
  readonly address: string;
  /** Where it would listen for clients. */
  readonly clientListen: string;
}

/** The next number, and the next ports where all nodes are on one machine. */
export function nextNode(cluster: ClusterState): Newcomer {
  const ids = cluster.nodes.map(({ id }) => /^(.*?)(\d+)$/.exec(id));
  const numbers = ids.map((match) => Number(match?.[2]));
  const stem = ids[0]?.[1];
  const isRow = stem !== undefined && ids.every((match) => match?.[1] === stem);
  const peers = Object.values(bestInformed(cluster)?.raft.membership.addresses ?? {});
  const clients = cluster.nodes.flatMap(({ report }) => (report === undefined ? [] : hostOf(report.clientUrl)));
  return {
    id: isRow ? `${stem}${Math.max(...numbers) + 1}` : "",
    address: nextAddress(peers),
    clientListen: nextAddress(clients),
  };
}

/** `host:port`, or `[v6 address]:port`. */
export function isAddress(text: string): boolean {
  const port = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:[\]/]+):(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) > 0 && Number(port) <= 65_535;
}

/** What is to be run for a node that is no member yet. It has itself added. */
export function joinCommand({ id, address, clientListen }: Newcomer, origin: string, isLearner: boolean): string {
  const flags = [
    ["--id", id || "ID"],
    ["--data", `./data/${id || "ID"}`],
    ["--join", origin],
    ["--address", address || "HOST:PORT"],
    ...(clientListen === "" ? [] : [["--client-listen", clientListen]]),
  ];
  const given = flags.map((flag) => flag.join(" "));
  return ["quorate-server", ...given, ...(isLearner ? ["--learner"] : [])].join(" ");
}

function nextAddress(addresses: readonly string[]): string {
  const places = addresses.map((address) => /^(.*):(\d+)$/.exec(address));
  const host = places[0]?.[1];
  if (host === undefined || places.some((place) => place?.[1] !== host)) return "";
  const port = Math.max(...places.map((place) => Number(place?.[2]))) + 1;
  return port > 65_535 ? "" : `${host}:${port}`;
}

function hostOf(url: string): readonly string[] {
  return URL.canParse(url) ? [new URL(url).host] : [];
}
