import { Packr } from "msgpackr";
import type { ClientFrame, Request, ServerFrame } from "./frame.ts";
import { clientKind, serverKind } from "./kinds.ts";
import { Malformed, MalformedRequest } from "./malformed.ts";
import { parseClientFrame, parseServerFrame } from "./schema.ts";
import { assertFrames } from "./walk.ts";

// Without records every frame stands for itself. A field that is undefined is left out; the package's types do not know
// the option for that.
const options = { useRecords: false, variableMapSize: true, skipValues: [undefined], int64AsType: "number" } as const;
const packr: {
  pack(value: unknown): Uint8Array;
  unpackMultiple(bytes: Uint8Array): unknown;
} = new Packr({ ...options });

export function encodeClientFrame(frame: ClientFrame): Uint8Array {
  switch (frame.type) {
    case "hello":
      return packr.pack([clientKind.hello, frame.hello]);
    case "request":
      return packr.pack([clientKind[frame.request.type], frame.id, frame.remainingMs, ...partsOf(frame.request)]);
    case "cancel":
      return packr.pack([clientKind.cancel, frame.id]);
    case "ping":
      return packr.pack([clientKind.ping]);
  }
}

export function encodeServerFrame(frame: ServerFrame): Uint8Array {
  switch (frame.type) {
    case "welcome":
      return packr.pack([serverKind.welcome, frame.welcome]);
    case "result":
      return packr.pack([serverKind.result, frame.id, frame.appliedIndex, frame.result]);
    case "failure":
      return packr.pack([serverKind.failure, frame.id, frame.failure]);
    case "cluster":
      return packr.pack([serverKind.cluster, frame.cluster]);
    case "goodbye":
      return packr.pack([serverKind.goodbye]);
    case "pong":
      return packr.pack([serverKind.pong]);
  }
}

function partsOf(request: Request): readonly unknown[] {
  switch (request.type) {
    case "command":
      return [request.command];
    case "query":
      return [request.query, request.consistency];
    case "status":
      return [];
  }
}

/** Of requests; the answer to one may list more keys than there is reason to limit here. */
const CLIENT_ELEMENTS_MAX = 100_000;

/** One message of several frames: they stand in it one after the other. */
export function joinFrames(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(frames.reduce((bytes, frame) => bytes + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    message.set(frame, at);
    at += frame.length;
  }
  return message;
}

/**
 * The frames of a message, each checked; throws `Malformed` if one is not right. Byte strings in them are views into
 * `message`. Frames of a kind that may be ignored, and is not known, are left out.
 */
export function decodeClientFrames(message: Uint8Array): readonly ClientFrame[] {
  return decode(message, { elementsMax: CLIENT_ELEMENTS_MAX, parse: parseClientFrame });
}

/** As `decodeClientFrames`, but where a request can be refused by its id, the fault in it stands in its place. */
export function decodeClientFramesOrRefusals(message: Uint8Array): readonly (ClientFrame | MalformedRequest)[] {
  return decode(message, { elementsMax: CLIENT_ELEMENTS_MAX, parse: parseOrRefuse });
}

function parseOrRefuse(value: readonly unknown[]): ClientFrame | MalformedRequest | undefined {
  try {
    return parseClientFrame(value);
  } catch (error) {
    if (error instanceof MalformedRequest) return error;
    throw error;
  }
}

export function decodeServerFrames(message: Uint8Array): readonly ServerFrame[] {
  return decode(message, { elementsMax: Infinity, parse: parseServerFrame });
}

interface Reading<Frame> {
  readonly elementsMax: number;
  readonly parse: (value: readonly unknown[]) => Frame | undefined;
}

function decode<Frame>(message: Uint8Array, { elementsMax, parse }: Reading<Frame>): readonly Frame[] {
  assertFrames(message, elementsMax);
  const frames: Frame[] = [];
  for (const value of unpack(message)) {
    if (!Array.isArray(value)) throw new Malformed("a frame that is no array");
    const frame = parse(value);
    if (frame !== undefined) frames.push(frame);
  }
  return frames;
}

function unpack(message: Uint8Array): readonly unknown[] {
  try {
    // A view of its own, because the decoder leaves a property on the array that it is given.
    const values = packr.unpackMultiple(message.subarray());
    return Array.isArray(values) ? values : [];
  } catch (error) {
    throw new Malformed(`no MessagePack: ${error instanceof Error ? error.message : String(error)}`);
  }
}
