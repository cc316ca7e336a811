import { once } from "node:events";
import { connect } from "node:net";
import { request } from "undici";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly bytes: Uint8Array;
}

export interface CallOptions {
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** One request; the path goes out as it is written here. */
export async function call(origin: string, method: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const response = await request(`${origin}${path}`, { method, ...options });
  const bytes = await response.body.bytes();
  return { status: response.statusCode, headers: response.headers, text: decoder.decode(bytes), bytes };
}

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly outcome: string;
  readonly remedy: string;
  readonly leader?: { readonly id: string; readonly address: string };
}

export function problemIn(reply: Reply): ProblemDocument {
  if (reply.headers["content-type"] !== "application/problem+json") {
    throw new Error(`not a problem document: ${reply.status} ${reply.text}`);
  }
  return JSON.parse(reply.text) as ProblemDocument;
}

/** Sends bytes that need not be HTTP, and resolves with what came back until the connection ended. */
export async function sendRaw(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("latin1").on("data", (text: string) => {
    answer += text;
  });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(bytes);
  await once(socket, "close");
  return answer;
}
