export type ValueForm = "text" | "hex";

/** So many bytes of a value are shown; the rest is counted. */
export const SHOWN_BYTES_MAX = 2048;

export interface ShownValue {
  readonly text: string;
  readonly bytes: number;
  /** Whether there is more than what is shown. */
  readonly isCut: boolean;
}

/** A value as it came in base64, as text or as bytes in hexadecimal. Bytes that are no text show as �. */
export function shownValue(base64: string, form: ValueForm): ShownValue {
  const bytes = bytesOf(base64);
  const shown = bytes.subarray(0, SHOWN_BYTES_MAX);
  const text = form === "hex" ? hexOf(shown) : new TextDecoder().decode(shown);
  return { text, bytes: bytes.length, isCut: bytes.length > shown.length };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
