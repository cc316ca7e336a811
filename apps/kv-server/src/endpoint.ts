/** Where a socket listens or is reached. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port`, `[v6 address]:port` or `:port` (every interface); undefined for anything else. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]*)):(\d{1,5})$/.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  const host = match[1] ?? match[2] ?? "";
  return port > 65_535 ? undefined : { host: host === "" ? "0.0.0.0" : host, port };
}

export function formatEndpoint(endpoint: Endpoint): string {
  return endpoint.host.includes(":") ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`;
}

/** Whether nobody but this machine reaches what listens there. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return name === "localhost" || name === "::1" || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** Where clients reach what listens at `endpoint`; on every interface that is the host of `peerAddress`. */
export function clientUrlOf({ host, port }: Endpoint, peerAddress: string): string {
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const reached = isEverywhere ? (parseEndpoint(peerAddress)?.host ?? "127.0.0.1") : host;
  return new URL(`http://${formatEndpoint({ host: reached, port })}`).origin;
}
