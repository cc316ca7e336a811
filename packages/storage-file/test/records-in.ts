export interface FoundRecord {
  readonly at: number;
  readonly end: number;
  readonly kind: number;
}

/** Where records begin and end in a segment, with their kinds; the header is the first. */
export function recordsIn(bytes: Uint8Array): readonly FoundRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const records: FoundRecord[] = [];
  for (let at = 12; at + 28 <= bytes.length && view.getUint32(at + 4, true) >= 28; at += view.getUint32(at + 4, true)) {
    records.push({ at, end: at + view.getUint32(at + 4, true), kind: bytes[at + 24] ?? 0 });
  }
  return records;
}
