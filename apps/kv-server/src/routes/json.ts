import type { KeyValue } from "@quorate/statemachine-kv";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A key with its value as JSON carries them: keys as text, values in base64. */
export interface KeyValueJson {
  readonly key: string;
  readonly value?: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
}

export function keyValueJson(kv: KeyValue, keysOnly: boolean): KeyValueJson {
  return {
    key: decoder.decode(kv.key),
    ...(keysOnly ? {} : { value: base64(kv.value) }),
    createRevision: kv.createRevision,
    modRevision: kv.modRevision,
    version: kv.version,
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
