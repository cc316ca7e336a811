import { faultIn } from "@quorate/statemachine-kv/message-pack";
import { Malformed } from "./malformed.ts";

/** Nothing of this protocol is deeper; a map has few fields. */
const frames = { depthMax: 16, mapFieldsMax: 64, top: "arrays", asciiOnly: false } as const;

/**
 * Throws `Malformed` unless `bytes` are MessagePack values one after the other, each an array. They are walked before
 * the decoder sees them. A message may have `elementsMax` values in all.
 */
export function assertFrames(bytes: Uint8Array, elementsMax: number): void {
  const fault = faultIn(bytes, { ...frames, elementsMax });
  if (fault !== undefined) throw new Malformed(`a message with ${fault}`);
}
