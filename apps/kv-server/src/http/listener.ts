import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import { STREAM_PROTOCOL } from "@quorate/transport-ws";
import type { ServerTlsOptions } from "@quorate/transport-ws";
import { formatEndpoint } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";

/** A key of 8 KiB may be three times as long when it is percent-encoded; the rest is for headers. */
const headerBytesMax = 40 * 1024;

const connectionsMax = 10_000;

/** What connections are handed over to: WebSockets, and the streams of peers, who alone are let in to one. */
const upgrades: ReadonlySet<string> = new Set(["websocket", STREAM_PROTOCOL]);

/** How much longer than the longest request may take a connection is kept on which nothing happens. */
const silenceMsMore = 60_000;

/** An HTTP server, for requests of `requestMsMax` at most, with limits on what a client may take of its time and memory. */
export function createListener(requestMsMax?: number): Server;
export function createListener(requestMsMax: number, tls: ServerTlsOptions | undefined): Server | TlsServer;
export function createListener(requestMsMax = 60_000, tls?: ServerTlsOptions): Server | TlsServer {
  const limits = {
    maxHeaderSize: headerBytesMax,
    headersTimeout: 10_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 30_000,
    connectionsCheckingInterval: 5000,
    noDelay: true,
    // Clients offer other protocols, too (h2c): they are served without, as the standard allows.
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => upgrades.has(headers.upgrade?.toLowerCase() ?? ""),
  };
  const server = tls ? createTlsServer({ ...limits, ...tls }) : createServer(limits);
  // A client that takes nothing of its answer for so long is not there any more.
  server.setTimeout(requestMsMax + silenceMsMore);
  server.maxConnections = connectionsMax;
  return server;
}

/** Resolves with where it listens: a port 0 has become a real one. */
export function listen(server: Server | TlsServer, endpoint: Endpoint): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(new Error(`cannot listen on ${formatEndpoint(endpoint)}: ${reasonOf(error)}`, { cause: error }));
    };
    server.once("error", fail).listen({ ...endpoint }, () => {
      server.off("error", fail);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? { ...endpoint, port: address.port } : endpoint);
    });
  });
}

/**
 * Stops accepting, answers what still comes in on open connections as the last request of each, gives all that `graceMs`
 * to end, then cuts what is left.
 */
export function stopListening(server: Server | TlsServer, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    server.prependListener("request", (_request, response) => response.setHeader("connection", "close"));
    // A connection whose last request has ended would be kept for the next one, which is not to come.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cut);
      resolve();
    });
  });
}

function reasonOf(error: Error): string {
  const code = "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return "another process has this port (EADDRINUSE)";
  if (code === "EACCES") return "no permission (EACCES)";
  if (code === "EADDRNOTAVAIL") return "this machine has no such address (EADDRNOTAVAIL)";
  return error.message;
}

const refusals: Readonly<Record<string, { readonly line: string; readonly detail: string }>> = {
  HPE_HEADER_OVERFLOW: {
    line: "431 Request Header Fields Too Large",
    detail: `target and headers exceed ${headerBytesMax} bytes`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: { line: "408 Request Timeout", detail: "the request did not arrive in time" },
};

/** What is no HTTP gets an answer all the same, and then the connection is of no more use. */
export function refuse(error: Error, socket: Socket): void {
  const code = "code" in error ? String(error.code) : "";
  if (code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { line, detail } = refusals[code] ?? { line: "400 Bad Request", detail: "this is not HTTP/1.1" };
  const body = JSON.stringify({
    type: "urn:quorate:problem:bad-request",
    title: line.slice(4),
    status: Number(line.slice(0, 3)),
    detail,
    code: line.startsWith("431") ? "TOO_LARGE" : "BAD_REQUEST",
    outcome: "not-applied",
    remedy: "correct what detail names",
  });
  const head = `HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-type: application/problem+json\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
