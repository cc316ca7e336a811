import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestEncrypted } from "node:https";
import type { Duplex } from "node:stream";
import type { Member } from "@quorate/raft-core";
import type { Context } from "./context.ts";
import { Dialling } from "./dialling.ts";
import { decodeEnvelope } from "./envelope.ts";
import { answerOf, failureOf } from "./failure.ts";
import { parseRefused } from "./schema.ts";
import { STREAM_PATH, urlOf } from "./socket.ts";
import { STREAM_PROTOCOL } from "./stream-door.ts";
import { StreamWords } from "./stream-words.ts";
import { clientTls } from "./tls.ts";

/** Opens a stream to a node; rejects with the reason. Nothing of the application's has been said by then. */
export function openStream(context: Context, { id, address }: Member, timeoutMs: number): Promise<Duplex> {
  const { self, instance, clock, credentials, nextEpoch } = context;
  const { tls, secrets = [] } = credentials();
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const url = urlOf(address, tls ? "https" : "http", STREAM_PATH);
  if (!url) return Promise.reject(new TypeError(`"${address}" is not an address; it should be host:port`));
  context.warnIfReadable(url.hostname);
  const headers = { connection: "upgrade", upgrade: STREAM_PROTOCOL };
  const request = tls
    ? requestEncrypted(url, { agent: false, headers, ...clientTls(tls, id) })
    : requestPlain(url, { agent: false, headers });
  const fail = (reason: string): void => {
    reject(new Error(`no stream to ${id} at ${address}: ${reason}`));
    request.destroy();
  };
  const cancel = clock.after(timeoutMs, () => fail(`no answer within ${timeoutMs} ms`));
  const dialling = new Dialling({
    self,
    peer: id,
    instance,
    epoch: nextEpoch(),
    secrets,
    channel: { use: "stream", overTls: tls !== undefined },
  });
  request.on("error", (error) => fail(failureOf(error, id).reason));
  request.on("response", (response: IncomingMessage) => {
    response.resume();
    fail(answerOf(response.statusCode).reason);
  });
  request.on("upgrade", (_response: IncomingMessage, socket: Duplex, head: Buffer) => {
    const words: StreamWords = new StreamWords(socket, {
      heard: (word) => {
        const envelope = decodeEnvelope(word);
        if ("type" in envelope && envelope.type === "refused") return fail(parseRefused(envelope).reason);
        const step = dialling.heard(word);
        if (step.type === "say") return words.say(step.bytes);
        if (step.type === "reject") fail(step.mistake.reason);
        else resolve(words.release());
      },
      failed: fail,
      ended: fail,
    });
    words.say(dialling.hello);
    words.begin(head);
    void promise.catch(() => socket.destroy());
  });
  request.end();
  return promise.finally(cancel);
}
